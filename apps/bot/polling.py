"""Long polling: ask Telegram for updates, again and again."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiogram import Bot
from aiogram.methods import DeleteWebhook
from aiogram.methods.base import TelegramMethod

from apps.bot.config import BotConfig
from apps.bot.patience import patiently
from apps.bot.reception import Reception
from core.attempts import LEDGER_RETRY_S
from core.errors import LedgerUnavailable

log = logging.getLogger(__name__)

MARGIN_S = 10
"""How long after its end a poll without an answer is given up."""


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates, as JSON: that is what is written down."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int = 0
    allowed_updates: list[str] | None = None


async def poll(
    bot: Bot, config: BotConfig, reception: Reception, answered: Callable[[], None]
) -> None:
    """Until it is cancelled; `answered` is called whenever Telegram has answered. An update is
    confirmed to Telegram only once it is written down.
    """
    await patiently(lambda: bot(DeleteWebhook()), "deleteWebhook")
    asked = RawUpdates(timeout=config.poll_s, allowed_updates=list(config.allowed_updates))
    within_s = config.poll_s + MARGIN_S
    while True:
        came = await patiently(lambda: bot(asked, request_timeout=within_s), "getUpdates")
        answered()
        if came:
            await _received(reception, came)
            asked.offset = came[-1]["update_id"] + 1


async def _received(reception: Reception, came: list[dict[str, Any]]) -> None:
    while True:
        try:
            return await reception.receive(came)
        except LedgerUnavailable as error:
            log.warning("updates wait for the ledger: %s", error)
            await asyncio.sleep(LEDGER_RETRY_S)
