"""What goes wrong reaches the user as a sentence with an id, and the log with its trace."""

import logging
import secrets
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError
from aiogram.types import Chat, ErrorEvent, User

from apps.bot.office import Office
from apps.bot.texts import Words
from core.errors import (
    BrokerUnavailable,
    GovernorUnavailable,
    InvalidInput,
    LedgerUnavailable,
    NotFound,
    TelegramRefused,
    TelegramUnavailable,
    TransitionRefused,
)

log = logging.getLogger(__name__)

ID_BYTES = 4

SENTENCES: dict[type[Exception], str] = {
    LedgerUnavailable: "error-ledger",
    BrokerUnavailable: "error-broker",
    GovernorUnavailable: "error-governor",
    TelegramUnavailable: "error-telegram",
    TelegramRefused: "error-telegram",
    TelegramAPIError: "error-telegram",
    TransitionRefused: "error-too-late",
    NotFound: "error-gone",
    InvalidInput: "error-input",
}
"""The texts of what is known, the more special kinds first."""


async def on_error(
    event: ErrorEvent,
    bot: Bot,
    office: Office,
    event_from_user: User | None = None,
    event_chat: Chat | None = None,
    words: Words | None = None,
    **_: Any,
) -> None:
    """Tell whoever is concerned. One who has blocked the bot cannot be told."""
    error, error_id = event.exception, secrets.token_hex(ID_BYTES)
    if event_from_user is not None and _is_blocked_by(event_from_user.id, error):
        log.info("user %s cannot be written to: %s", event_from_user.id, error)
        await office.subscribers.block(event_from_user.id)
        return
    log.error("update %s failed (id %s)", event.update.update_id, error_id, exc_info=error)
    if event_from_user is None or event_chat is None or event_chat.type != "private":
        return
    spoken = words or office.texts.of(event_from_user.language_code or "")
    await bot.send_message(event_chat.id, sentence(error, error_id, spoken))


def _is_blocked_by(user_id: int, error: Exception) -> bool:
    """Forbidden to write to this user; in a channel it may be forbidden, too."""
    return (
        isinstance(error, TelegramForbiddenError)
        and getattr(error.method, "chat_id", None) == user_id
    )


def sentence(error: Exception, error_id: str, words: Words) -> str:
    """In the user's language, as far as it is known what this error means to them."""
    key = next((key for kind, key in SENTENCES.items() if isinstance(error, kind)), "")
    said = words.format(key) if key else words.format("error-unknown")
    return words.format("error", said=said, id=error_id)
