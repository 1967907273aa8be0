"""A message's end, as the Celery result of the tasks that waited for it."""

import logging
from typing import Any

from celery import states

from core.chat_id import bot_api_id
from core.errors import (
    AttemptsExhausted,
    DeliveryPending,
    DeliveryUncertain,
    MessageCancelled,
    MessageExpired,
    MessageNotDelivered,
    MessageRejected,
)
from core.message import Message, State
from core.verdict import EXHAUSTED
from infra.celery.celery_app import celery_app

log = logging.getLogger(__name__)

ERRORS = {
    State.FAILED: MessageRejected,
    State.UNCERTAIN: DeliveryUncertain,
    State.CANCELLED: MessageCancelled,
    State.EXPIRED: MessageExpired,
}


def result_of(message: Message) -> dict[str, Any]:
    """What send_message_task returns for a sent message.

    `message_id` is Telegram's (an album's first; all are in `message_ids`), `id` the ledger's;
    `sent_at` is ISO 8601 in UTC, `late_ms` counted from the wanted time.
    """
    return {
        "id": message.id,
        "state": message.state.value,
        "chat_id": bot_api_id(message.chat_id),
        "message_id": message.message_ids[0] if message.message_ids else None,
        "message_ids": list(message.message_ids),
        "attempts": message.attempts,
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "late_ms": message.late_ms,
    }


def error_of(message: Message) -> MessageNotDelivered:
    """What send_message_task raises for a message that ended otherwise."""
    exhausted = message.state is State.FAILED and message.reason == EXHAUSTED
    kind = AttemptsExhausted if exhausted else ERRORS[message.state]
    return kind(message.id, message.reason or message.state.value, message.description)


def store(task_id: str, message: Message) -> None:
    """Store the end of a message as the result of a task that is not running any more."""
    if message.state is State.SENT:
        celery_app.backend.store_result(task_id, result_of(message), states.SUCCESS)
    else:
        celery_app.backend.store_result(task_id, error_of(message), states.FAILURE)


def store_pending(task_id: str, message: Message) -> None:
    """Until then its state is RETRY, and its result says when the message is tried next.

    A result backend that is away costs this note alone, never the message.
    """
    pending = DeliveryPending(message.id, message.state.value, message.due_at.isoformat())
    try:
        celery_app.backend.store_result(task_id, pending, states.RETRY)
    except Exception as error:  # whatever the backend's client raises
        about = {"task_id": task_id, "message_id": message.id}
        log.warning("task %s: state not stored: %s", task_id, error, extra=about)
