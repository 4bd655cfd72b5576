"""A real OpenID provider on loopback: `python oidc_provider.py PORT ACCOUNTS_JSON [unsigned]`.

It runs in a process of its own, as any provider does. With `unsigned` it is a hostile one: its ID
tokens say `"alg": "none"` and carry no signature.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import TYPE_CHECKING, Any

from oidc_provider_mock import User
from oidc_provider_mock import app as provider
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def main(port: str, accounts: str, *how: str) -> None:
    """Serve until the process is ended."""
    users = [User(sub=sub, claims=claims) for sub, claims in json.loads(accounts).items()]
    app: Any = provider(user_claims=users)
    if "unsigned" in how:
        app = unsigned(app)
    make_server("127.0.0.1", int(port), app, threaded=True).serve_forever()


def unsigned(app: Any) -> Any:  # noqa: ANN401  # a WSGI application
    """The same provider, but nobody vouches for what its tokens say."""

    def forging(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/oauth2/token":
            return app(environ, start_response)  # type: ignore[no-any-return]
        said: list[Any] = []
        answer = json.loads(b"".join(app(environ, lambda *head: said.append(head))))
        head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
        answer["id_token"] = f"{head}.{answer['id_token'].split('.')[1]}."
        body = json.dumps(answer).encode()
        start_response(said[0][0], [("Content-Type", "application/json")])
        return [body]

    return forging


if __name__ == "__main__":
    main(*sys.argv[1:])
