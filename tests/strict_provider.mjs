// An OpenID provider that insists on PKCE and ends its own session at a sign-out:
// node strict_provider.mjs PORT CALLBACK, where `oidc-provider` is installed beside it.
import Provider from 'oidc-provider';

const [port, callback] = process.argv.slice(2);
const account = (_, id) => ({
  accountId: id,
  claims: () => ({ sub: id, email: `${id}@district.example`, email_verified: true, name: id }),
});

new Provider(`http://localhost:${port}`, {
  clients: [{
    client_id: 'techrequests',
    client_secret: 'of the tests',
    redirect_uris: [callback],
    post_logout_redirect_uris: [callback],
  }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  conformIdTokenClaims: false, // claims stand in the ID token, as at Google and Microsoft
  cookies: { keys: ['for as long as a test'] },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  findAccount: account,
  pkce: { required: () => true },
}).listen(Number(port), '127.0.0.1');
