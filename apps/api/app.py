"""The web as one ASGI application: the API, the pages, and what surrounds them."""

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from apps.api.counting import Counting
from apps.api.limits import AnswerHeaders, BodyLimit
from apps.api.pages import setup as pages
from apps.api.pages.errors import answer
from apps.api.problems import KINDS
from apps.api.routes import setup as routes
from apps.api.routes.openapi import operation_id
from apps.api.telling import Telling

DESCRIPTION = """
Messages are written to the ledger and leave at their time: none lost, none doubled.

Every `POST` honours an `Idempotency-Key`: asked twice is done once. Errors are problem details
(RFC 9457) that name the field. Lists are read a page at a time: `next` of one page is the
`cursor` of the next. Times are UTC, written as ISO 8601; a time without an offset is refused.
"""


def make_app() -> FastAPI:
    """It works with `state.office`, which is open as long as the application is used."""
    app = FastAPI(
        title="AnalyticBot",
        version="1",
        description=DESCRIPTION,
        openapi_url=None,  # ours needs a key, see routes
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
        middleware=[
            Middleware(Telling),
            Middleware(Counting),
            Middleware(AnswerHeaders),
            Middleware(BodyLimit),
            # The best level, 9, takes three times as long as this, for a few per cent.
            Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=4),
        ],
    )
    for kind in KINDS:
        app.add_exception_handler(kind, answer)
    routes.add_to(app)
    pages.add_to(app)
    return app
