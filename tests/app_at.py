"""The app as `app.py` makes it, by a clock that stands where a test set it: see `serving.stand`."""

import os
from datetime import datetime
from pathlib import Path

import streamlit as st

from techrequests import runtime, server

CLOCK = Path(os.environ["TECHREQUESTS_DATABASE"]).with_suffix(".clock")
SCRIPT = Path(__file__).resolve().parents[1] / "lib" / "techrequests" / "ui" / "shell.py"


def utc_now() -> datetime:
    """The moment that the test wrote down."""
    return datetime.fromisoformat(CLOCK.read_text(encoding="utf-8"))


runtime.utc_now = utc_now

app = st.App(
    SCRIPT,
    lifespan=server.lifespan,
    routes=server.ROUTES,
    middleware=server.MIDDLEWARE,
    secrets=server.secrets(),
)
