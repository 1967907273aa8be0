"""What a developer can ask of AnalyticBot's tasks, one after the other, with what came of it.

Start `make run` in one shell, and this in another, in the same folder:

    .venv/bin/python -m examples.demo_celery_usage

Without BOT_TOKEN everything goes to the sandbox. With your own, name a chat of yours:
`python -m examples.demo_celery_usage @your_channel`, and mind that it really gets the messages.
"""

import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from celery.result import AsyncResult

from core.errors import MessageRejected
from infra.celery import check_celery_health
from infra.celery.tasks import (
    AVAILABLE_TASKS,
    cleanup_old_data,
    health_check_task,
    process_analytics,
    scheduled_broadcast,
    send_message_task,
)

WITHIN_S = 60
PRIVATE, CHANNEL, BLOCKED = 123, "@sandbox_news", 400_000_403
"""Chats of the sandbox; the last one is a user who has blocked the bot."""


def show_now(chat: int | str) -> None:
    """Send at once, and wait for how it ended."""
    result = send_message_task.delay(chat_id=chat, message="Hello from Celery")
    told(result)


def show_delayed(chat: int | str) -> None:
    """Send at a time: by countdown, or by eta with a zone. The ledger keeps it, not the broker."""
    at = datetime.now(UTC) + timedelta(seconds=3)
    kwargs = {"chat_id": chat, "message": f"Due at {at:%H:%M:%S} UTC"}
    result = send_message_task.apply_async(kwargs=kwargs, eta=at)
    say(f"state while it waits: {result.state}")
    say(f"late by {told(result)['late_ms']} ms")


def show_idempotent(chat: int | str) -> None:
    """The same key with the same content is the same message, however often it is asked for."""
    key = f"invoice-{uuid.uuid4()}"
    asked = {"chat_id": chat, "message": "Your invoice is here", "idempotency_key": key}
    first, second = (send_message_task.apply_async(kwargs=asked) for _ in range(2))
    same = first.get(timeout=WITHIN_S)["id"] == second.get(timeout=WITHIN_S)["id"]
    say(f"asked for twice, one message: {same}")


def show_many(chat: int | str) -> None:
    """Many at once: each has a row, a result and a place in the limits of Telegram."""
    began_s = time.monotonic()
    chats = [chat] if chat != PRIVATE else range(1000, 1030)
    results = [
        send_message_task.delay(chat_id=each, message="One of many", disable_notification=True)
        for each in chats
    ]
    ended = [result.get(timeout=WITHIN_S)["state"] for result in results]
    say(f"{ended.count('sent')} of {len(ended)} sent in {time.monotonic() - began_s:.1f} s")


def show_refused(chat: int | str) -> None:
    """What Telegram refuses for good makes the task fail, with the reason."""
    if chat != PRIVATE:
        return say("only against the sandbox")
    result = send_message_task.delay(chat_id=BLOCKED, message="You will not read this")
    try:
        result.get(timeout=WITHIN_S)
    except MessageRejected as error:
        say(f"{type(error).__name__}: {error}")


def show_broadcast(chat: int | str) -> None:
    """One message to many chats, each once; the task returns before they are sent."""
    chats = [chat] if chat != PRIVATE else list(range(2000, 2050))
    made = scheduled_broadcast.delay("News for all of you", chats).get(timeout=WITHIN_S)
    say(f"broadcast {made['broadcast_id']}: {made['total']} chats")


def show_analytics(chat: int | str) -> None:
    """A channel's title, members and views, read now; otherwise Beat sees to it."""
    channel = CHANNEL if chat == PRIVATE else chat
    send_message_task.delay(chat_id=channel, message="A post").get(timeout=WITHIN_S)
    say(str(process_analytics.delay(channel).get(timeout=WITHIN_S)))


def show_health(_: int | str) -> None:
    """The same check from here and from a worker."""
    here, there = check_celery_health(), health_check_task.delay().get(timeout=WITHIN_S)
    say(f"from here {here['state']}, from a worker {there['state']}")
    for name, part in here["parts"].items():
        say(f"{name}: {part['state']}, {part['reason']}")


def show_cleanup(_: int | str) -> None:
    """What is older than so many days goes; by default Beat asks for 30, once a day."""
    say(str(cleanup_old_data.delay(days=365).get(timeout=WITHIN_S)))


SHOWN: dict[str, Callable[[int | str], None]] = {
    "now": show_now,
    "delayed": show_delayed,
    "idempotent": show_idempotent,
    "many": show_many,
    "refused": show_refused,
    "broadcast": show_broadcast,
    "analytics": show_analytics,
    "health": show_health,
    "cleanup": show_cleanup,
}


def told(result: AsyncResult) -> dict[str, Any]:
    """Wait for a message's end, and print it."""
    ended: dict[str, Any] = result.get(timeout=WITHIN_S)
    say(f"{ended['state']} as {ended['message_id']}, {ended['attempts']} attempt(s)")
    return ended


def say(text: str) -> None:
    sys.stdout.write(f"  {text}\n")
    sys.stdout.flush()


def main() -> None:
    chat = sys.argv[1] if len(sys.argv) > 1 else PRIVATE
    sys.stdout.write(f"Tasks: {', '.join(AVAILABLE_TASKS)}\n")
    for name, show in SHOWN.items():
        sys.stdout.write(f"{name}: {show.__doc__}\n")
        show(chat)


if __name__ == "__main__":
    main()
