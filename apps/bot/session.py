"""aiogram's session, without its wait at the end, and with its answers' types kept."""

from functools import cache
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType


class Session(AiohttpSession):
    """aiogram waits a quarter of a second for TLS to end; aiohttp sees to that itself by now."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        _answer_of(method.__returning__)
        return super().check_response(bot, method, status_code, content)


@cache
def _answer_of(returning: Any) -> type[Any]:
    """Held here, or pydantic makes the type anew for nearly each request: 5 ms, or 15 for a
    message, where the request itself takes 2.
    """
    made: type[Any] = Response[returning]
    return made
