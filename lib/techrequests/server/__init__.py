"""The web server around the pages: start and stop, who may ask at all, and what is no page."""

from starlette.middleware import Middleware
from starlette.routing import Route

from techrequests.server.access import Access
from techrequests.server.connection_limits import ConnectionLimits
from techrequests.server.files import file
from techrequests.server.forged_messages import ForgedMessages
from techrequests.server.headers import SecurityHeaders
from techrequests.server.sign_in_return import SignInReturn
from techrequests.server.sign_out import SignOut
from techrequests.server.start import health, lifespan, secrets
from techrequests.server.tables import table
from techrequests.server.upload_room import UploadRoom

__all__ = ["MIDDLEWARE", "ROUTES", "lifespan", "secrets"]

ROUTES = [
    Route("/healthz", health, methods=["GET"]),
    Route("/files/{attachment_id}", file, methods=["GET"]),
    Route("/tables/{file_name}", table, methods=["GET"]),
]
MIDDLEWARE = [
    Middleware(SecurityHeaders),
    Middleware(Access),
    Middleware(UploadRoom),
    Middleware(ConnectionLimits),
    Middleware(SignOut),
    Middleware(SignInReturn),
    Middleware(ForgedMessages),
]
