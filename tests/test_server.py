"""The real web server: whom it answers, what it says about itself, and how it starts and stops."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from patience import PATIENCE_SECONDS
from serving import Server, small_district, start
from techrequests.server.headers import CONTENT_SECURITY_POLICY
from techrequests.server.request_scope import host_of, is_loopback
from techrequests.store.database import Database
from techrequests.store.migrate import migrate, scripts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_district(tmp_path_factory.mktemp("district"))


@pytest.fixture(scope="module")
def demo(district: Path) -> Iterator[Server]:
    """A running server with the demo switch on."""
    server = start(district, DEMO="1").wait()
    yield server
    if server.process.poll() is None:
        server.stop()


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/css", "/nonsense", "/_stcore/health"])
def test_every_answer_carries_the_headers_that_hold_the_browser_back(
    demo: Server, path: str
) -> None:
    headers = demo.get(path).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


def test_no_code_from_text_and_no_other_site_in_the_policy() -> None:
    assert "unsafe-eval" not in CONTENT_SECURITY_POLICY
    assert "script-src 'self' blob: 'sha256-" in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'self'" in CONTENT_SECURITY_POLICY


def test_the_page_runs_only_scripts_that_the_policy_allows(demo: Server) -> None:
    """The hash must follow the pinned Streamlit; nothing may come from another host."""
    page = demo.get("/").text
    inline = [text for text in re.findall(r"<script>(.*?)</script>", page, re.DOTALL) if text]
    for text in inline:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in CONTENT_SECURITY_POLICY
    assert inline
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []


def test_health_says_what_a_monitor_and_a_benchmark_need(demo: Server) -> None:
    first, second = (demo.get("/healthz").json() for _ in range(2))
    assert (first["status"], first["schema"]) == ("ok", max(scripts()))
    assert second["statements"] > first["statements"] > 0
    assert second["commits"] == first["commits"] > 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:8501"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "[::ffff:192.0.2.1]"},
        {"Host": ""},
        {"X_Forwarded_For": "192.0.2.7"},
        {"X_Real_IP": "192.0.2.7"},
        {"Forwarded": "for=192.0.2.7"},
        {"Via": "1.1 proxy"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/healthz", "/_stcore/host-config"])
def test_the_demo_is_closed_to_whoever_comes_by_another_name_or_a_proxy(
    demo: Server, headers: dict[str, str], path: str
) -> None:
    answer = demo.get(path, **headers)
    assert answer.status_code == 403
    assert "only to this computer itself" in answer.text


def test_the_demo_is_closed_to_a_foreign_websocket_too(demo: Server) -> None:
    stream = f"ws://127.0.0.1:{demo.port}/_stcore/stream"
    foreign = {"X-Forwarded-For": "192.0.2.7"}
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(stream, additional_headers=foreign, open_timeout=PATIENCE_SECONDS),
    ):
        pytest.fail("it was let in")
    assert refused.value.response.status_code == 403
    with connect(stream, open_timeout=PATIENCE_SECONDS) as own:
        assert own.response


def test_a_page_of_another_site_opens_no_websocket(demo: Server) -> None:
    """It is turned away before Streamlit would ask an outside host who this computer is."""
    stream = f"ws://127.0.0.1:{demo.port}/_stcore/stream"
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(stream, origin=Origin("http://evil.example"), open_timeout=PATIENCE_SECONDS),
    ):
        pytest.fail("it was let in")
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST."])
def test_the_demo_is_open_under_every_name_of_this_computer(demo: Server, host: str) -> None:
    assert demo.get("/healthz", Host=f"{host}:{demo.port}").status_code == 200


def test_a_second_server_on_the_same_database_says_who_has_it(demo: Server, district: Path) -> None:
    said = start(district).said_at_start()
    assert f"is in use by another program (process {demo.process.pid})" in said
    assert "Traceback" not in said


def test_a_start_without_a_database_says_so_in_one_sentence(tmp_path: Path) -> None:
    said = start(tmp_path / "none.duckdb").said_at_start()
    assert "It cannot start. There is no database at" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_the_demo_does_not_start_on_an_address_that_others_reach(district: Path) -> None:
    everywhere = "--server.address=0.0.0.0"
    # Named, so that Streamlit does not ask an outside host what this computer is called.
    said = start(district, everywhere, "--browser.serverAddress=x", DEMO="1").said_at_start()
    assert "only to this computer itself" in said
    assert "Traceback" not in said


def test_each_wrong_setting_stops_the_start_in_one_sentence(district: Path) -> None:
    said = start(district, SMTP_PORT="many", BASE_URL="tech").said_at_start()
    first, second, *_ = said.splitlines()
    assert first.startswith("It cannot start. The setting TECHREQUESTS_BASE_URL")
    assert second.startswith("It cannot start. The setting TECHREQUESTS_SMTP_PORT")
    assert "Traceback" not in said


def test_a_folder_for_backups_that_cannot_be_written_stops_the_start(
    district: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    said = start(district, BACKUP_FOLDER=str(tmp_path / "file" / "x")).said_at_start()
    first, *_ = said.splitlines()
    assert first.startswith("It cannot start. The setting TECHREQUESTS_BACKUP_FOLDER")
    assert "Traceback" not in said


def test_a_district_behind_a_proxy_is_served_but_not_its_inner_figures(tmp_path: Path) -> None:
    path = tmp_path / "district.duckdb"
    opened = Database.open(path, create=True)
    migrate(opened)
    opened.close()
    server = start(path, BASE_URL="https://tech.district.example").wait()
    through = {"Host": "tech.district.example", "X_Forwarded_For": "192.0.2.7"}
    answer = server.get("/", **through)
    assert answer.status_code == 200
    assert answer.headers["strict-transport-security"]
    for inner in ("/_stcore/metrics", "/_stcore/agent/openapi.json"):
        assert server.get(inner, **through).status_code == 404
        assert server.get(inner).status_code == 200
    said = server.stop()
    # Whoever keeps this line notices a trail that was cut at its end: see SECURITY.md.
    assert re.search(r" INFO the audit trail ends with \d+, seal \w{64}\n", said)
    # It was closed cleanly: all is in the file, and the next start replays nothing.
    left = {file.name for file in tmp_path.iterdir()}
    assert left == {"district.duckdb", "district.duckdb.witness"}


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("district.example", "district.example"),
        ("district.example:8501", "district.example"),
        ("[::1]:8501", "::1"),
        ("[::1]", "::1"),
        ("", ""),
    ],
)
def test_a_host_header_is_read_without_its_port(header: str, host: str) -> None:
    assert host_of(header) == host


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104  # this is the question
        ("::", False),
        ("192.0.2.1", False),
        ("localhost.evil.example", False),
        ("", False),
        (None, False),
    ],
)
def test_only_this_computer_is_loopback(host: str | None, *, expected: bool) -> None:
    assert is_loopback(host) is expected
