"""Telegram out of reach: it is waited for, or what was to be said is said again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)

from core.errors import TelegramUnavailable
from core.outcome import Retryable
from infra.telegram.classify import classify_exception

log = logging.getLogger(__name__)

T = TypeVar("T")

REFUSALS = (TelegramBadRequest, TelegramForbiddenError)

FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0


async def patiently(ask: Callable[[], Awaitable[T]], what: str) -> T:
    """The answer, however often it takes; the waits grow to half a minute.

    Raises TelegramBadRequest and TelegramForbiddenError: to ask again would be of no use.
    """
    wait_s = FIRST_WAIT_S
    while True:
        try:
            return await ask()
        except REFUSALS:
            raise
        except TelegramAPIError as error:
            asked_s = error.retry_after if isinstance(error, TelegramRetryAfter) else 0.0
            log.warning("%s: %s; again in %.1f s", what, error, max(wait_s, asked_s))
            await asyncio.sleep(max(wait_s, asked_s))
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)


def was_not_sent(error: Exception) -> bool:
    """Whether Telegram has certainly not seen it: it can be said again."""
    if isinstance(error, TelegramUnavailable):  # the governor let nothing out
        return True
    cause = error.__cause__
    return isinstance(cause, Exception) and isinstance(classify_exception(cause), Retryable)
