"""Which queue serves which task, and what Beat starts when."""

from typing import Any

from kombu import Exchange, Queue

from infra.settings import Settings

QUEUES = ("default", "messages", "analytics", "monitoring", "maintenance")

TASKS = "infra.celery.tasks"
PERIODIC = "apps.bot.tasks"

ROUTES = {
    f"{TASKS}.send_message_task": {"queue": "messages"},
    f"{TASKS}.scheduled_broadcast": {"queue": "messages"},
    f"{TASKS}.deliver": {"queue": "messages"},
    f"{PERIODIC}.send_scheduled_messages": {"queue": "messages"},
}


def queues() -> list[Queue]:
    return [Queue(name, Exchange(name), routing_key=name) for name in QUEUES]


def beat_schedule(settings: Settings) -> dict[str, dict[str, Any]]:
    """Each tick expires when the next is due, so that none pile up while no worker runs."""
    every_s = settings.beat_send_scheduled_messages
    return {
        "send-scheduled-messages": {
            "task": f"{PERIODIC}.send_scheduled_messages",
            "schedule": every_s,
            "options": {"queue": "messages", "expires": every_s},
        },
    }
