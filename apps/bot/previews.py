"""A post shown to its writer as its readers will see it: the same content, to another chat."""

import logging
from collections.abc import Sequence
from typing import Any

from aiogram import Bot, methods
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import TelegramMethod

from core.bot_methods import BUSINESS, WHERE
from core.message import Content

OF_ITS_CHAT = (*WHERE, *BUSINESS, "reply_parameters", "message_effect_id", "allow_paid_broadcast")
"""What another chat would not take, or would be paid for."""

log = logging.getLogger(__name__)


async def send_content(bot: Bot, chat_id: int, content: Content) -> list[int]:
    """The ids of its messages. Raises aiogram's errors, such as TelegramBadRequest."""
    kept = {name: value for name, value in content.params.items() if name not in OF_ITS_CHAT}
    sent = await bot(method_of(Content(content.method, kept), chat_id))
    return [each.message_id for each in (sent if isinstance(sent, list) else [sent])]


def method_of(content: Content, chat_id: int | str) -> TelegramMethod[Any]:
    kind = getattr(methods, content.method[0].upper() + content.method[1:])
    made: TelegramMethod[Any] = kind(chat_id=chat_id, **content.params)
    return made


def reason_of(error: TelegramAPIError) -> str:
    """Why Telegram refuses, in its own words, less the name that it has for the number."""
    return error.message.partition(": ")[2] or error.message


async def take_away(bot: Bot, chat_id: int, message_ids: Sequence[int]) -> None:
    """What is out of date; it stays where Telegram does not let go of it any more. That is no
    reason to fail: what takes its place is shown already.
    """
    if not message_ids:
        return
    try:
        await bot.delete_messages(chat_id, list(message_ids))
    except TelegramAPIError as error:
        log.info("old previews stay: %s", error)
