"""What the bot says passes the governor, as posts do: both share what Telegram allows."""

import asyncio
import logging
import time
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from core.chat_id import parse_chat_id
from core.errors import GovernorUnavailable, TelegramUnavailable
from core.partners import Slot
from infra.telegram.governor import Governor

LONGEST_WAIT_S = 30.0
"""Whoever would have to wait for longer is told so instead."""

ALONE_EVERY_S = 1.0
"""Without a governor no post leaves, and the bot is alone: as slow as the slowest chat."""

NO_CHAT = ""
"""An edit is no message: it takes its share of the bot's rate, and not of its chat's."""

log = logging.getLogger(__name__)

SENDS = ("copy", "forward")


class Pace(BaseRequestMiddleware):
    """Waits for the governor's slot, and tells it of floods."""

    def __init__(self, governor: Governor) -> None:
        self._governor = governor
        self._alone, self._free_s = asyncio.Lock(), 0.0

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        chat_id = chat_of(method)
        if chat_id is None:
            return await make_request(bot, method)
        while True:
            await self._turn(chat_id, cost_of(method))
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as flood:  # refused, so nothing was sent
                await self._held(chat_id, flood)

    async def _turn(self, chat_id: str, cost: int) -> None:
        waited_s = 0.0
        try:
            while not isinstance(
                answer := await self._governor.ask(chat_id, cost, False, 0.0), Slot
            ):
                waited_s += answer.wait_s
                if waited_s > LONGEST_WAIT_S:
                    raise TelegramUnavailable("more is to be sent than may be", answer.wait_s)
                await asyncio.sleep(answer.wait_s)
            await asyncio.sleep(answer.in_s)
        except GovernorUnavailable:
            await self._alone_turn()

    async def _alone_turn(self) -> None:
        """Owners have to be told that Redis is down although it is down."""
        async with self._alone:
            await asyncio.sleep(self._free_s - time.monotonic())
            self._free_s = time.monotonic() + ALONE_EVERY_S

    async def _held(self, chat_id: str, flood: TelegramRetryAfter) -> None:
        if flood.retry_after > LONGEST_WAIT_S:
            raise TelegramUnavailable(flood.message, flood.retry_after) from flood
        try:
            if chat_id != NO_CHAT:
                await self._governor.hold_chat(chat_id, flood.retry_after, flood=True)
                return
        except GovernorUnavailable as error:
            log.warning("a flood is waited for here alone: %s", error)
        await asyncio.sleep(flood.retry_after)


def chat_of(method: TelegramMethod[Any]) -> str | None:
    """The chat whose rate this takes from; NO_CHAT for the bot's alone, None for none at all."""
    name, chat_id = method.__api_method__, getattr(method, "chat_id", None)
    if chat_id is None or name == "sendChatAction":
        return None
    if name.startswith("edit"):
        return NO_CHAT
    return parse_chat_id(chat_id) if name.startswith(("send", *SENDS)) else None


def cost_of(method: TelegramMethod[Any]) -> int:
    """How many messages it is."""
    several = getattr(method, "media", None) or getattr(method, "message_ids", None)
    return len(several) if isinstance(several, list) else 1
