"""Telegram out of reach is waited for."""

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
