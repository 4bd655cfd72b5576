"""Text that no spreadsheet program takes for a formula, and back.

A cell that begins with one of these signs is run as a formula when a CSV file is opened. An
apostrophe in front makes it text; it is taken away again when the file comes back. See OWASP, CSV
injection.
"""

from __future__ import annotations

import re

_STARTS_LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def inert(text: str) -> str:
    """Text with an apostrophe in front where it could be taken for a formula."""
    return f"'{text}" if _STARTS_LIKE_A_FORMULA.match(text) else text


def as_typed(text: str) -> str:
    """What `inert` was given."""
    return text[1:] if text.startswith("'") and _STARTS_LIKE_A_FORMULA.match(text) else text
