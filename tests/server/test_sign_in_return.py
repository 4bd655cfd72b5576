"""Back to where one came from after signing in, and to no other site."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from techrequests.server.sign_in_return import COOKIE, came_from, is_place, kept_place


@pytest.mark.parametrize(
    ("referer", "place"),
    [
        (
            "https://app.example/one_request?request=TR-2027-0042",
            "/one_request?request=TR-2027-0042",
        ),
        ("https://app.example/", "/"),
        ("https://app.example/funds#below", "/funds"),
        ("https://evil.example/one_request", ""),
        ("https://app.example.evil.example/", ""),
        ("https://app.example//evil.example/", ""),
        ("https://app.example/\\evil.example", ""),
        ("https://app.example", ""),
        ("https://app.example/?sign_in=failed", ""),
        ("https://app.example:8443/funds", "/funds"),
        ("https://app.example:x/funds", ""),
        ("https://[app.example/funds", ""),
        ("", ""),
    ],
)
def test_only_a_page_of_ours_is_kept(referer: str, place: str) -> None:
    assert came_from(Headers({"host": "app.example", "referer": referer})) == place


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/x\r\nset-cookie: a=b",
        "/\tx",
        "",
        "/" + "x" * 2_000,
        "evil",
    ],
)
def test_what_could_lead_elsewhere_is_no_place(path: str) -> None:
    assert not is_place(path)


@pytest.mark.parametrize(
    ("cookie", "place"),
    [
        (f"{COOKIE}=%2Ffunds%3Fyear%3D2027", "/funds?year=2027"),
        (f"other=1; {COOKIE}=%2Ffunds", "/funds"),
        (f"{COOKIE}=https%3A%2F%2Fevil.example", ""),
        (f"{COOKIE}=%2F%2Fevil.example", ""),
        ("", ""),
    ],
)
def test_a_cookie_that_somebody_else_wrote_leads_nowhere_else(cookie: str, place: str) -> None:
    assert kept_place(Headers({"cookie": cookie})) == place
