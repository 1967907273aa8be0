"""Every page of the dashboard, and the files that they use."""

from fastapi import APIRouter, FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from apps.api.pages import (
    broadcasts,
    calendar,
    channels,
    compose,
    failures,
    login,
    menu,
    message,
    overview,
    queue,
    settings,
    subscribers,
    tasks,
)
from apps.api.pages.render import STATIC

ROUTERS: tuple[APIRouter, ...] = (
    login.router,
    overview.router,
    compose.router,
    menu.router,
    calendar.router,
    channels.router,
    subscribers.router,
    broadcasts.router,
    queue.router,
    message.router,
    failures.router,
    tasks.router,
    settings.router,
)
FOR_EVER = "public, max-age=31536000, immutable"
ASKED_ANEW = "no-cache"


class Files(StaticFiles):
    """Kept by browsers for ever where their address tells the version; else asked for anew, which
    costs no body as long as it is the same.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_versioned = b"v=" in scope["query_string"]
        response.headers["cache-control"] = FOR_EVER if is_versioned else ASKED_ANEW
        return response


def add_to(app: FastAPI) -> None:
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
    app.mount("/static", Files(directory=STATIC), name="static")
