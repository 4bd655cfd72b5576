"""What a request says of where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
