"""The app as the web server starts it: `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

from techrequests import server

SCRIPT = Path(__file__).resolve().parent / "lib" / "techrequests" / "ui" / "shell.py"

app = st.App(
    SCRIPT,
    lifespan=server.lifespan,
    routes=server.ROUTES,
    middleware=server.MIDDLEWARE,
    secrets=server.secrets(),
)
