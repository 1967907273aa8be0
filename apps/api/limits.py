"""What surrounds every request: how much it may bring, and what its answer tells the browser."""

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from apps.api.prefix import API
from apps.api.problems import Problem, answer_to

BODY_BYTES = 1_000_000
FILE_BYTES = 60_000_000
"""Telegram takes 50 MB from a bot; a form around a file adds a little."""

FILES = frozenset({f"{API}/imports", f"{API}/media"})
"""Paths that take files."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


class BodyLimit:
    """413 for a body that is too long, whether it says so beforehand or not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        most = FILE_BYTES if scope["path"] in FILES else BODY_BYTES
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdecimal() or int(told) > most:
            return await answer_to(Request(scope), _too_long(most))(scope, receive, send)
        return await self._app(scope, _counted(receive, most), send)


class AnswerHeaders:
    """What keeps a browser from doing more with an answer than is meant. What is not static is
    not kept either.
    """

    def __init__(self, app: ASGIApp, more: Mapping[str, str] = HEADERS) -> None:
        self._app, self._more = app, more

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._more.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, told)


def _counted(receive: Receive, most: int) -> Receive:
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            # FastAPI takes whatever else is raised while a body is read for a bad body.
            raise HTTPException(413, _too_long(most).detail)
        return message

    return counted


def _too_long(most: int) -> Problem:
    detail = f"at most {most:,} bytes are taken here"
    return Problem(413, "too-long", "The body is too long", detail)
