"""Gives Telegram a file once: a message like any other, whose answer has the file's id."""

import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import aiohttp
import orjson

from core.bot_methods import MEDIA
from core.chat_id import bot_api_id
from core.errors import InvalidInput
from core.message import Content
from core.outcome import Outcome, Sent
from infra.telegram.classify import classify, classify_exception

CONNECT_WITHIN_S = 5.0
# From the last byte on, and between two pieces of the answer.
ANSWER_WITHIN_S = 60.0
# All of it: 50 MB at half a megabit a second.
UPLOAD_WITHIN_S = 900.0
UNTYPED = "application/octet-stream"
# What would end the header that a file's name stands in, or its quotation marks.
UNNAMEABLE = re.compile(r'[\x00-\x1f\x7f"\\]')


@dataclass(frozen=True, slots=True)
class Given:
    """The file's id, by which it can be sent from now on."""

    file_id: str


class Uploads:
    """Make it on the event loop that will use it; it is `async with`.

    aiohttp, other than for plain sends: it streams the file, and nobody uploads often.
    """

    def __init__(self, api_url: str, token: str) -> None:
        self._base = f"{api_url.rstrip('/')}/bot{token}/"
        timeout = aiohttp.ClientTimeout(
            total=UPLOAD_WITHIN_S, sock_connect=CONNECT_WITHIN_S, sock_read=ANSWER_WITHIN_S
        )
        self._session = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def send(
        self, chat_id: str, content: Content, kind: str, file: Path | None
    ) -> Given | Outcome:
        """Send `content`, whose argument `kind` is the file, or a URL where `file` is None.

        What Telegram refuses and what hides its answer is an Outcome, as of any send. Raises
        InvalidInput where Telegram takes the file for one of another kind, OSError where the
        file cannot be read.
        """
        if file is None:
            return await self._post(content.method, _form(chat_id, content), kind)
        with file.open("rb") as opened:
            form = _form(chat_id, content, without=kind)
            _attach(form, kind, file.name, opened)
            return await self._post(content.method, form, kind)

    async def _post(self, method: str, form: aiohttp.FormData, kind: str) -> Given | Outcome:
        try:
            # A redirect that was followed would send it again.
            async with self._session.post(
                self._base + method, data=form, allow_redirects=False
            ) as response:
                body = await response.read()
        except (aiohttp.ClientError, OSError, TimeoutError, UnicodeError) as error:
            return classify_exception(error)
        outcome = classify(response.status, body, response.headers.get("Retry-After"))
        if isinstance(outcome, Sent):
            return Given(_file_id(orjson.loads(body)["result"], kind))
        return outcome


def _form(chat_id: str, content: Content, without: str = "") -> aiohttp.FormData:
    # Names of files as they are: in quoted letters Telegram would show them.
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, value in {"chat_id": bot_api_id(chat_id), **content.params}.items():
        if name != without:
            form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
    return form


def _attach(form: aiohttp.FormData, kind: str, name: str, opened: BinaryIO) -> None:
    told = UNNAMEABLE.sub("_", name.encode("utf-8", "replace").decode())
    form.add_field(
        kind, opened, filename=told, content_type=mimetypes.guess_type(told)[0] or UNTYPED
    )


def _file_id(message: dict[str, Any], kind: str) -> str:
    """The largest size's where there are several. Telegram decides of what kind a file is."""
    found = message.get(kind)
    if not found:
        taken = next((other for other in MEDIA if message.get(other)), "something else")
        raise InvalidInput(kind, f"Telegram takes this file for {taken}", f"give it as {taken}")
    if isinstance(found, list):
        found = max(found, key=lambda size: size["width"] * size["height"])
    return str(found["file_id"])
