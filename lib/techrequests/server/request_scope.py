"""What a request says of where it comes from, and whether that is us."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from techrequests import runtime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope


def client_of(scope: Scope) -> str:
    """The address that asks; behind a proxy that is trusted, the one that the proxy tells."""
    return str((scope.get("client") or ("",))[0])


def header_of(scope: Scope, name: bytes) -> str:
    """A header by its name in small letters, or nothing."""
    headers: Mapping[bytes, bytes] = dict(scope["headers"])
    return headers.get(name, b"").decode("latin-1")


def is_own(named: str) -> bool:
    """Whether this is a name of the app's own: a hostile one could be pointed here."""
    settings = runtime.current().settings
    own = {urlsplit(settings.base_url).hostname or "", *settings.allowed_hosts}
    return bool(named) and (named.lower() in own or is_loopback(named))


def host_of(header: str) -> str:
    """The name or address in a Host header in small letters, without port and brackets."""
    header = header.lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]


def is_loopback(host: Any) -> bool:  # noqa: ANN401  # a setting of Streamlit, None when unset
    """Whether a name or address is this computer itself; none at all means every address."""
    if not host:
        return False
    if str(host).lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False
