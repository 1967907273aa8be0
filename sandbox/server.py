"""The HTTP server: one handler for the Bot API, the admin API and the page.

A handler on aiohttp's bare server, without routes and middlewares: a send costs about
half of what it would with them.
"""

import asyncio
import re
import time
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson
from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage

from sandbox.admin import Admin
from sandbox.arguments import BODY_BYTES, Arguments, read_arguments
from sandbox.limits import BOT_RATE, CHAT_RATE, GROUP_RATE, PAID_RATE, Limits
from sandbox.methods import METHODS, Method
from sandbox.preview import Preview
from sandbox.receipts import Receipts
from sandbox.refusals import JSON_TYPE, Cut, Refusal
from sandbox.telegram import Call, Telegram

TOKEN = re.compile(r"([0-9]{1,16}):[A-Za-z0-9_-]+")
STOP_S = 0.3
"""How long a request may still run once the server stops."""


class Sandbox:
    """The whole server; `telegram` is its inside, for tests in the same process."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        rate: float = BOT_RATE,
        chat_rate: float = CHAT_RATE,
        group_rate: float = GROUP_RATE,
        paid_rate: float = PAID_RATE,
        token: str | None = None,
        receipts: Path | None = None,
    ) -> None:
        limits = Limits(rate, chat_rate, group_rate, paid_rate)
        self.telegram = Telegram(limits, Receipts(receipts))
        self.host, self.port, self._token = host, port, token
        self._admin, self._preview = Admin(self.telegram), Preview(self.telegram)
        if token is not None:
            self.telegram.newest_bot = int(token.partition(":")[0])
            self.telegram.bot(self.telegram.newest_bot)
        self.telegram.postman.perform = self._replied

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def start(self) -> "Sandbox":
        loop = asyncio.get_running_loop()
        self._server = web.Server(self._handle, request_factory=_request, access_log=None)
        self._listener = await loop.create_server(self._server, self.host, self.port, backlog=4096)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        """Close every connection; what is held gets no answer."""
        self._listener.close()
        self.telegram.mailboxes.close()
        await self.telegram.postman.close(self.telegram.mailboxes.by_bot.values())
        self.telegram.holds.release(cut=True)
        await self._server.shutdown(STOP_S)
        self.telegram.receipts.close()

    async def __aenter__(self) -> "Sandbox":
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.raw_path.startswith("/bot"):
            return await self._bot_api(request)
        if request.raw_path.startswith("/file/bot"):
            return self._file(request.path.removeprefix("/file/bot"))
        if self._preview.owns(request):
            return await self._shown(request)
        return await self._admin.answer(request)

    async def _shown(self, request: web.BaseRequest) -> web.Response:
        try:
            return await self._preview.answer(request)
        except Cut:
            return _cut(request)

    async def _bot_api(self, request: web.BaseRequest) -> web.StreamResponse:
        telegram = self.telegram
        telegram.counts.enter()
        try:
            response = await self._response(request)
            if telegram.holds.frozen:
                await telegram.holds.hold(None, "", accepted=response.status == 200)
        except Cut:
            telegram.counts.cuts += 1
            response = _cut(request)
        finally:
            telegram.counts.leave()
        return response

    async def _response(self, request: web.BaseRequest) -> web.Response:
        try:
            return await self._success(request)
        except Refusal as refusal:
            self.telegram.counts.rejected[refusal.code] += 1
            return refusal.response()

    async def _success(self, request: web.BaseRequest) -> web.Response:
        received_at = time.time()
        token, method = _address(request.raw_path.partition("?")[0])
        if self._token not in (None, token):
            raise Refusal(401, "Unauthorized")
        if request.method not in ("POST", "GET"):
            raise Refusal(405, "Method Not Allowed")
        arguments = await read_arguments(request)
        bot_id = self.telegram.newest_bot = int(token.partition(":")[0])
        result = await self._performed(bot_id, method, arguments, received_at)
        return web.Response(
            body=b'{"ok":true,"result":%b}' % orjson.dumps(result), headers=JSON_TYPE
        )

    async def _performed(
        self, bot_id: int, method: Method, arguments: Arguments, received_at: float
    ) -> Any:
        telegram, values = self.telegram, arguments.values
        chat = telegram.chats.find(values.get("chat_id")) if method.has_chat else None
        if arguments.has_uploads:
            telegram.files.keep(arguments.uploads())
        return await telegram.perform(
            Call(bot_id, method.name, arguments, received_at, chat), method.answer
        )

    async def _replied(self, bot_id: int, name: str, arguments: Arguments) -> None:
        """What a bot asks for in its answer to an update. Nobody is told how that went."""
        method = METHODS.get(name.lower())
        if method is not None:
            try:
                await self._performed(bot_id, method, arguments, time.time())
            except Refusal as refusal:
                self.telegram.counts.rejected[refusal.code] += 1
            except Cut:
                self.telegram.counts.cuts += 1

    def _file(self, address: str) -> web.Response:
        """GET /file/bot<token>/<file_path>"""
        token, _, path = address.partition("/")
        content = self.telegram.files.at(path)
        if content is None or TOKEN.fullmatch(token) is None or self._token not in (None, token):
            return Refusal(404, "Not Found").response()
        return web.Response(body=content, content_type="application/octet-stream")


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(
        message, payload, protocol, writer, task, loop, client_max_size=BODY_BYTES
    )


def _cut(request: web.BaseRequest) -> web.Response:
    """Close the connection; the response goes nowhere."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


@lru_cache(maxsize=1024)
def _address(path: str) -> tuple[str, Method]:
    """The token and the method of /bot<token>/<method>."""
    token, slash, name = unquote(path.removeprefix("/bot")).partition("/")
    method = METHODS.get(name.lower())
    if TOKEN.fullmatch(token) is None or not slash or method is None:
        raise Refusal(404, "Not Found")
    return token, method
