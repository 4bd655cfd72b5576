"""What a request says of where it comes from, and whether that is us."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address leads, with its port whether that is written out or not."""

    scheme: str
    host: str
    port: int


_PORTS = {"http": 80, "https": 443}


def place_of(address: str) -> Place | None:
    """Where an address leads that somebody sent; None when it is none that a browser would send."""
    try:
        said = urlsplit(address)
        port = said.port or _PORTS.get(said.scheme)
    except ValueError:
        return None
    return Place(said.scheme, said.hostname, port) if said.hostname and port else None


def is_home(address: str) -> bool:
    """Whether an address leads to where people reach the app."""
    place = place_of(address)
    return place is not None and place == place_of(runtime.current().settings.base_url)


def is_page_of_ours(address: str) -> bool:
    """Whether a page at this address may ask: one of `base_url`, or of another name of the app."""
    place, home = place_of(address), place_of(runtime.current().settings.base_url)
    if place is None or not is_own(place.host):
        return False
    return home is None or place.host != home.host or is_loopback(place.host) or place == home


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
