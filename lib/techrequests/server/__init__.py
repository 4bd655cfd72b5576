"""The web server around the pages: start and stop, who may ask at all, and what is no page."""

from starlette.middleware import Middleware
from starlette.routing import Route

from techrequests.server.crowd import Crowd
from techrequests.server.door import Door
from techrequests.server.files import file
from techrequests.server.forged import Forgeries
from techrequests.server.headers import SecurityHeaders
from techrequests.server.leaving import Leaving
from techrequests.server.returning import Returning
from techrequests.server.start import health, lifespan, secrets
from techrequests.server.tables import table

__all__ = ["MIDDLEWARE", "ROUTES", "lifespan", "secrets"]

ROUTES = [
    Route("/healthz", health, methods=["GET"]),
    Route("/files/{attachment_id}", file, methods=["GET"]),
    Route("/tables/{file_name}", table, methods=["GET"]),
]
MIDDLEWARE = [
    Middleware(SecurityHeaders),
    Middleware(Door),
    Middleware(Crowd),
    Middleware(Leaving),
    Middleware(Returning),
    Middleware(Forgeries),
]
