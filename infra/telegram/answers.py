"""What Telegram answers to a question: its result, or an error that says what it said."""

from typing import Any

import orjson

from core.errors import AnalyticBotError, TelegramRefused, TelegramUnavailable
from core.outcome import Flooded, Migrated, Outcome, Rejected, Unauthorized
from infra.telegram.classify import classify


def result_of(status: int, body: bytes, retry_after: str | None = None) -> Any:
    """The answer's result; `retry_after` is its header.

    Raises TelegramRefused where asking again is of no use, else TelegramUnavailable.
    """
    if status == 200:
        try:
            answer = orjson.loads(body)
            if answer["ok"] is True:
                return answer["result"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            pass  # it is none of Telegram's: classified below
    raise error_of(classify(status, body, retry_after))


def error_of(outcome: Outcome) -> AnalyticBotError:
    """A question has no side effects: what hides the answer to a message only delays it here."""
    description: str = getattr(outcome, "description", "") or getattr(outcome, "reason", "")
    if isinstance(outcome, Rejected):
        return TelegramRefused(outcome.reason, description)
    if isinstance(outcome, Unauthorized):
        return TelegramRefused("unauthorized", description)
    if isinstance(outcome, Migrated):
        return TelegramRefused("migrated", f"the chat's number is {outcome.chat_id} now")
    wait_s = outcome.retry_after_s if isinstance(outcome, Flooded) else 0.0
    return TelegramUnavailable(description or "an answer that is none", wait_s)
