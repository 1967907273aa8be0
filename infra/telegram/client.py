"""A thin Bot API client: one POST, judged by `classify`."""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import aiohttp
import orjson

from core.attempts import REQUEST_WITHIN_S
from core.chat_id import bot_api_id
from core.delivery import IN_FLIGHT
from core.errors import AnalyticBotError, TelegramUnavailable
from core.message import Content
from core.outcome import Outcome, Unsent
from infra.telegram.answers import error_of, result_of
from infra.telegram.classify import classify, classify_exception

HEADERS = {"Content-Type": "application/json"}
# Before Telegram closes it: a connection closed under our write hides the answer.
IDLE_CONNECTION_S = 10.0
CONNECT_WITHIN_S = 5.0
ANSWER_WITHIN_S = REQUEST_WITHIN_S - 5.0
# A question can be asked again: whoever asks it is not kept waiting.
ASK_WITHIN_S = 10.0


_write_before_s: ContextVar[float] = ContextVar("write_before_s")


class TooLate(AnalyticBotError):
    """The connection stood only after the moment until which the request might be begun."""


class _Connector(aiohttp.TCPConnector):
    """Looks at the clock when the connection stands: the last moment before the write."""

    def __init__(self, now_s: Callable[[], float], **options: Any) -> None:
        super().__init__(**options)
        self._now_s = now_s

    async def connect(self, *args: Any, **options: Any) -> aiohttp.connector.Connection:
        connection = await super().connect(*args, **options)
        if self._now_s() > _write_before_s.get():
            connection.release()  # nothing was written: the next message may use it
            raise TooLate
        return connection


class TelegramClient:
    """Make it on the event loop that will use it, and close it there.

    `now_s` is the clock that `write_before_s` is read from.
    """

    def __init__(self, api_url: str, token: str, now_s: Callable[[], float]) -> None:
        self._base = f"{api_url.rstrip('/')}/bot{token}/"
        self._now_s = now_s
        self._session = aiohttp.ClientSession(
            connector=_Connector(
                now_s, limit=IN_FLIGHT * 2, keepalive_timeout=IDLE_CONNECTION_S, ttl_dns_cache=60
            ),
            # No total: it could not be told whether it struck before or after the write.
            timeout=aiohttp.ClientTimeout(
                total=None,
                connect=2 * CONNECT_WITHIN_S,
                sock_connect=CONNECT_WITHIN_S,
                sock_read=ANSWER_WITHIN_S,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def send(self, chat_id: str, content: Content, write_before_s: float) -> Outcome:
        """Send one message; every way that it can go is an Outcome."""
        body = orjson.dumps({"chat_id": bot_api_id(chat_id), **content.params})
        try:
            async with asyncio.timeout(REQUEST_WITHIN_S):
                return classify(*await self._post(content.method, body, write_before_s))
        except TooLate:
            return Unsent("too late to write")
        except (aiohttp.ClientError, OSError, TimeoutError, UnicodeError) as error:
            return classify_exception(error)

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Any other method; Telegram's whole answer. Raises aiohttp's errors, TimeoutError."""
        write_before_s = self._now_s() + CONNECT_WITHIN_S
        _, body, _ = await self._post(method, orjson.dumps(params), write_before_s)
        answer: dict[str, Any] = orjson.loads(body)
        return answer

    async def ask(self, method: str, **params: Any) -> Any:
        """The result of a method that changes nothing.

        Raises TelegramRefused where asking again is of no use, else TelegramUnavailable.
        """
        write_before_s = self._now_s() + CONNECT_WITHIN_S
        try:
            async with asyncio.timeout(ASK_WITHIN_S):
                answer = await self._post(method, orjson.dumps(params), write_before_s)
        except TooLate:
            raise TelegramUnavailable("too late to write") from None
        except (aiohttp.ClientError, OSError, TimeoutError, UnicodeError) as error:
            raise error_of(classify_exception(error)) from error
        return result_of(*answer)

    async def close(self) -> None:
        await self._session.close()

    async def _post(
        self, method: str, body: bytes, write_before_s: float
    ) -> tuple[int, bytes, str | None]:
        _write_before_s.set(write_before_s)
        async with self._session.post(
            self._base + method,
            data=body,
            headers=HEADERS,
            # A redirect would post the message again, to another address.
            allow_redirects=False,
        ) as response:
            return response.status, await response.read(), response.headers.get("Retry-After")
