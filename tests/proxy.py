"""A real nginx with TLS in front of the app, set up with the very words of docs/operate.md.

What stands around them is Debian's own `/etc/nginx/nginx.conf`. Nothing is changed in either but
where things are: ports, the certificate, the app, and the files of this one nginx.
"""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from patience import PATIENCE_SECONDS
from serving import ROOT, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "tech.cedarvalley.example"
"""The name of the app in the guide; no name server knows it, so clients are told where it is."""

DEBIANS = Path("/etc/nginx/nginx.conf")
_GUIDE = ROOT / "docs" / "operate.md"
_HERE = "127.0.0.1"
_FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_NOT_FOUND = "nginx is not installed: apt-get install nginx"


@dataclass(frozen=True, slots=True)
class Proxy:
    """An nginx that listens.

    Attributes:
        port: Where it speaks TLS.
        plain_port: Where it speaks HTTP, for whoever left out the `https`.
        folder: Its certificate, what it was told, and its logs.
    """

    port: int
    plain_port: int
    folder: Path

    @property
    def address(self) -> str:
        """What people type to get here; `base_url` of the app behind it."""
        return f"https://{HOST}:{self.port}"

    @property
    def certificate(self) -> Path:
        """Signed by itself: whoever trusts it trusts this one server."""
        return self.folder / "certificate.pem"

    @property
    def log(self) -> str:
        """What it had to complain of."""
        return (self.folder / "error.log").read_text(encoding="utf-8")

    def trust(self) -> ssl.SSLContext:
        """For a client that knows this server's certificate, and believes no other."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def client(self, source: str = "") -> httpx.Client:
        """A browser without pages: keeps cookies as one, and finds the server by its name.

        Args:
            source: The address of this computer from which it asks, such as 127.0.0.4.
        """
        here = _Found(verify=self.trust(), local_address=source or None)
        return httpx.Client(
            base_url=self.address, mounts={f"https://{HOST}": here}, timeout=PATIENCE_SECONDS
        )


class _Found(httpx.HTTPTransport):
    """Asks this computer for what is asked of the guide's name; `Host` and TLS keep the name."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = httpx.Request(
            request.method,
            request.url.copy_with(host=_HERE),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": HOST},
        )
        return super().handle_request(asked)


def planned() -> Proxy:
    """Where an nginx will listen, with a certificate for it; `running` starts it."""
    folder = Path(tempfile.mkdtemp(prefix="nginx-"))
    folder.chmod(0o755)  # it changes to a user of its own
    proxy = Proxy(free_port(), free_port(), folder)
    key = folder / "key.pem"
    name = f"/CN={HOST}"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    words += ["-nodes", "-days", "7", "-subj", name, "-addext", f"subjectAltName=DNS:{HOST}"]
    words += ["-keyout", str(key), "-out", str(proxy.certificate)]
    subprocess.run(words, check=True, capture_output=True)
    return proxy


@contextmanager
def running(proxy: Proxy, app_port: int) -> Iterator[None]:
    """Let it pass on to the app until the block ends."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip(_NOT_FOUND)
    told = proxy.folder / "nginx.conf"
    told.write_text(_whole(proxy, app_port), encoding="utf-8")
    words = [nginx, "-e", str(proxy.folder / "error.log"), "-c", str(told)]
    words += ["-p", str(proxy.folder), "-g", "daemon off;"]
    with (proxy.folder / "said.log").open("wb") as said:
        process = subprocess.Popen(words, stdout=said, stderr=subprocess.STDOUT)
    try:
        _wait(process, proxy)
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)
        shutil.rmtree(proxy.folder)


def guide(kind: str) -> list[str]:
    """The blocks of the guide in one language, such as `nginx`."""
    text = _GUIDE.read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, flags=re.DOTALL)


def _whole(proxy: Proxy, app_port: int) -> str:
    """Debian's file, with the guide's servers where Debian includes those of `sites-enabled`."""
    folder = proxy.folder
    whole = DEBIANS.read_text(encoding="utf-8")
    for edit in re.findall(r"sed -i '(s/[^']*)' /etc/nginx/nginx.conf", "".join(guide("sh"))):
        _, before, after, _ = edit.split("/")
        # Whoever runs this computer may have done as the guide says.
        whole = whole if after.replace("\\n", "\n") in whole else _once(before, after, whole)
    for before, after in (
        (r"^pid .*;", f"pid {folder}/nginx.pid;"),
        (r"^error_log .*;", f"error_log {folder}/error.log;"),
        (r"access_log .*;", f"access_log {folder}/access.log;"),
        (r"include /etc/nginx/conf\.d/\*\.conf;", _temporary(folder)),
        (r"include /etc/nginx/sites-enabled/\*;", _servers(proxy, app_port)),
    ):
        whole = _once(before, after, whole)
    return whole


def _temporary(folder: Path) -> str:
    return "\n".join(f"{name}_temp_path {folder}/{name};" for name in _FOLDERS)


def _servers(proxy: Proxy, app_port: int) -> str:
    [servers] = guide("nginx")
    for before, after in (
        ("listen 80;", f"listen {_HERE}:{proxy.plain_port};"),
        ("listen 443 ssl;", f"listen {_HERE}:{proxy.port} ssl;"),
        (r"ssl_certificate     /\S+;", f"ssl_certificate {proxy.certificate};"),
        (r"ssl_certificate_key /\S+;", f"ssl_certificate_key {proxy.folder}/key.pem;"),
        (r"http://127\.0\.0\.1:8501;", f"http://{_HERE}:{app_port};"),
    ):
        servers = _once(before, after, servers)
    assert servers.count(f"server_name {HOST};") == 2, "the guide calls the app by another name"
    return str(servers)


def _once(before: str, after: str, text: str) -> str:
    changed, count = re.subn(before, after, text, flags=re.MULTILINE)
    assert count == 1, f"{before} stands {count} times in:\n{text}"
    return changed


def _wait(process: subprocess.Popen[bytes], proxy: Proxy) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection((_HERE, proxy.port)):
            return
        time.sleep(0.05)
    said = (proxy.folder / "said.log").read_text(encoding="utf-8")
    raise RuntimeError(f"nginx did not start: {said}")
