"""A thin Bot API client: one POST, judged by `classify`."""

from collections.abc import Callable
from typing import Any

import orjson

from core.attempts import REQUEST_WITHIN_S
from core.chat_id import bot_api_id
from core.delivery import IN_FLIGHT
from core.errors import TelegramUnavailable
from core.message import Content
from core.outcome import Outcome, Rejected, Unsent
from infra.telegram.answers import error_of, result_of
from infra.telegram.classify import classify, classify_exception
from infra.telegram.connections import Bounds, Connections, NotConnected, TooLate

# Before Telegram closes it: a connection closed under our write hides the answer.
IDLE_CONNECTION_S = 10.0
CONNECT_WITHIN_S = 5.0
ANSWER_WITHIN_S = REQUEST_WITHIN_S - 5.0
# A question can be asked again: whoever asks it is not kept waiting.
ASK_WITHIN_S = 10.0


class TelegramClient:
    """Make it on the event loop that will use it, and close it there.

    `now_s` is the clock that `write_before_s` is read from.
    """

    def __init__(self, api_url: str, token: str, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        bounds = Bounds(IN_FLIGHT * 2, CONNECT_WITHIN_S, ANSWER_WITHIN_S, IDLE_CONNECTION_S)
        base = f"{api_url.rstrip('/')}/bot{token}/"
        self._connections = Connections(base, bounds, now_s)

    async def send(self, chat_id: str, content: Content, write_before_s: float) -> Outcome:
        """Send one message; every way that it can go is an Outcome."""
        try:
            body = orjson.dumps({"chat_id": bot_api_id(chat_id), **content.params})
        except TypeError as error:  # half a character, or a number beyond 64 bits
            return Rejected("content", f"is no JSON that can be sent: {error}")
        try:
            answer = await self._connections.post(
                content.method, body, write_before_s, REQUEST_WITHIN_S
            )
        except TooLate:
            return Unsent("too late to write")
        except (NotConnected, OSError) as error:
            return classify_exception(error)
        return classify(*answer)

    async def ask(self, method: str, **params: Any) -> Any:
        """The result of a method that changes nothing.

        Raises TelegramRefused where asking again is of no use, else TelegramUnavailable.
        """
        try:
            answer = await self._connections.post(
                method, orjson.dumps(params), self._now_s() + CONNECT_WITHIN_S, ASK_WITHIN_S
            )
        except TooLate:
            raise TelegramUnavailable("too late to write") from None
        except (NotConnected, OSError) as error:
            raise error_of(classify_exception(error)) from error
        return result_of(*answer)

    async def close(self) -> None:
        await self._connections.close()
