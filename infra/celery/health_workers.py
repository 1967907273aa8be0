"""Which workers there are, and what they do. Everything here blocks."""

from collections.abc import Mapping, Sequence
from typing import Any

from kombu.pidbox import Mailbox

from infra.celery.celery_app import celery_app
from infra.celery.queues import broker

# A worker that is well answers in milliseconds; how many there are nobody knows.
ANSWER_WITHIN_S = 0.4
# For those that are slow, where somebody is missing.
SECOND_ANSWER_WITHIN_S = 1.3

Replies = Mapping[str, Any]
"""What each worker answered, by its name."""


def served_queues(url: str, wanted: Sequence[str]) -> dict[str, list[str]]:
    """Which queues each worker consumes; raises BrokerUnavailable.

    Where one of `wanted` is served by nobody, they are asked again and given more time.
    """
    found = _queues(asked(url, "active_queues"))
    if set(wanted) <= {name for names in found.values() for name in names}:
        return found
    return found | _queues(asked(url, "active_queues", SECOND_ANSWER_WITHIN_S))


def asked(url: str | None, command: str, within_s: float = ANSWER_WITHIN_S) -> dict[str, Any]:
    """What each worker answers to a command of Celery's remote control; raises BrokerUnavailable.

    `within_s` counts from the last answer.
    """
    with broker(url) as connection:
        replies = mailbox_of(connection).multi_call(command, timeout=within_s)
    return {name: told for reply in replies or () for name, told in reply.items()}


def mailbox_of(connection: Any) -> Any:
    """As `celery_app.control` has it, which would publish over a connection that waits longer."""
    conf = celery_app.conf
    mailbox = Mailbox(
        conf.control_exchange,
        type="fanout",
        accept=conf.accept_content,
        serializer=conf.task_serializer,
        reply_queue_ttl=conf.control_queue_ttl,
        reply_queue_expires=conf.control_queue_expires,
    )
    return mailbox(connection)


def _queues(replies: Replies) -> dict[str, list[str]]:
    return {
        worker: [queue["name"] for queue in told]
        for worker, told in replies.items()
        if isinstance(told, list)  # a worker that could not tell says {"error": …}
    }
