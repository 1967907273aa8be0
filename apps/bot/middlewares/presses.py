"""Every press on a button is answered within a second, or its button would go on turning."""

import asyncio
import logging
from typing import Any, cast

from aiogram import BaseMiddleware, Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import AnswerCallbackQuery, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import CallbackQuery, TelegramObject

from apps.bot.handler import Handler
from apps.bot.taps import forget_others

log = logging.getLogger(__name__)

SOON_S = 0.7
"""A handler that has words for the press says them until then; later nothing is shown."""


class Presses(BaseMiddleware):
    """Answers what the handler does not, and knows (`noted`) what it has answered itself."""

    def __init__(self) -> None:
        self._open: set[str] = set()
        self.noted = Noted(self._open)

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, CallbackQuery), "it stands at callback_query"
        self._open.add(event.id)
        late = asyncio.create_task(self._later(event))
        try:
            await forget_others(data["office"], event)
            return await handler(event, data)
        finally:
            late.cancel()
            await self._answer(event)

    async def _later(self, query: CallbackQuery) -> None:
        await asyncio.sleep(SOON_S)
        await self._answer(query)

    async def _answer(self, query: CallbackQuery) -> None:
        if query.id in self._open:
            try:
                await query.answer()
            except TelegramAPIError as error:  # too old, or no Telegram: nobody misses it
                log.info("a press was not answered: %s", error)


class Noted(BaseRequestMiddleware):
    """Lets the first answer to a press pass: Telegram refuses another, and nobody would see it."""

    def __init__(self, waiting: set[str]) -> None:
        self._open = waiting

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if isinstance(method, AnswerCallbackQuery):
            if method.callback_query_id not in self._open:
                log.info("a press was answered already, so not with %r", method.text)
                return cast(Response[TelegramType], True)  # as aiogram has it: the bare result
            self._open.discard(method.callback_query_id)
        return await make_request(bot, method)
