"""Counts every request, by the route that served it."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apps.api.events.event_stream import MEDIA_TYPE
from apps.api.prefix import API
from infra.monitoring.web import WebFigures

NONE = "none"
"""Where no route served it: whatever was asked for."""

STATIC = "/static"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
BROKEN = 500


class Counting:
    """A pure ASGI layer: it looks at an answer's head and at its end, and holds nothing back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began_s, status, endless = time.monotonic(), BROKEN, False

        async def seen(message: Message) -> None:
            nonlocal status, endless
            if message["type"] == "http.response.start":
                status, endless = message["status"], _is_stream(message)
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            seconds = None if endless else time.monotonic() - began_s
            figures: WebFigures = scope["app"].state.office.figures
            figures.note(route_of(scope), method_of(scope), status, seconds)


def _is_stream(head: Message) -> bool:
    kinds = (value for name, value in head.get("headers", ()) if name == b"content-type")
    return any(kind.startswith(MEDIA_TYPE.encode()) for kind in kinds)


def route_of(scope: Scope) -> str:
    """The route's own words, as "/api/v1/messages/{message_id}", which tell nobody's values."""
    path: str = scope["path"]
    if (route := scope.get("route")) is not None:
        # A route knows its path without the prefix that its router was included with.
        below = path.startswith(f"{API}/") and not route.path.startswith(f"{API}/")
        return f"{API}{route.path}" if below else str(route.path)
    return STATIC if path.startswith(f"{STATIC}/") else NONE


def method_of(scope: Scope) -> str:
    """One of those that there are."""
    method: str = scope["method"]
    return method if method in METHODS else OTHER
