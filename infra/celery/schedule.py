"""Which queue serves which task, and what Beat starts when."""

from dataclasses import dataclass
from typing import Any

from kombu import Exchange, Queue

from infra.settings import Settings

QUEUES = ("default", "messages", "analytics", "monitoring", "maintenance")

TASKS = "infra.celery.tasks"
PERIODIC = "apps.bot.tasks"
SEND_MESSAGE = f"{TASKS}.send_message_task"
NOTE_FAILURE = f"{TASKS}.note_failure"
IMPORT = f"{TASKS}.import_subscribers"
# What connects itself to Celery's signals, in workers and in Beat.
SIGNALS = ("infra.celery.worker", "infra.celery.beat", "infra.celery.failures")


@dataclass(frozen=True, slots=True)
class Entry:
    """One of Beat's: the task that it starts, on which queue."""

    name: str
    task: str
    queue: str

    def every_s(self, settings: Settings) -> float:
        """Its interval: "update-post-views" has BEAT_UPDATE_POST_VIEWS."""
        every_s: float = getattr(settings, f"beat_{self.name.replace('-', '_')}")
        return every_s


ENTRIES = (
    Entry("send-scheduled-messages", f"{PERIODIC}.send_scheduled_messages", "messages"),
    Entry("update-post-views", f"{PERIODIC}.update_post_views", "analytics"),
    Entry("health-check", f"{TASKS}.health_check_task", "monitoring"),
    Entry("update-prometheus-metrics", f"{PERIODIC}.update_prometheus_metrics", "monitoring"),
    Entry("cleanup-metrics", f"{PERIODIC}.cleanup_metrics", "maintenance"),
    Entry("maintenance-cleanup", f"{PERIODIC}.maintenance_cleanup", "maintenance"),
    Entry("cleanup-old-data", f"{TASKS}.cleanup_old_data", "maintenance"),
)

ROUTES = {
    SEND_MESSAGE: {"queue": "messages"},
    f"{TASKS}.scheduled_broadcast": {"queue": "messages"},
    f"{TASKS}.deliver": {"queue": "messages"},
    f"{TASKS}.process_analytics": {"queue": "analytics"},
    NOTE_FAILURE: {"queue": "monitoring"},
    IMPORT: {"queue": "maintenance"},
    **{entry.task: {"queue": entry.queue} for entry in ENTRIES},
}


def queues(settings: Settings) -> list[Queue]:
    kind = _quorum_queue if settings.on_rabbitmq else _queue
    return [kind(name) for name in QUEUES]


def _queue(name: str) -> Queue:
    return Queue(name, Exchange(name), routing_key=name)


def _quorum_queue(name: str) -> Queue:
    """RabbitMQ's kind that is written to disk on most of its nodes. Of topic exchanges alone can
    Celery have it hold back what has an ETA.
    """
    exchange = Exchange(name, type="topic")
    return Queue(name, exchange, routing_key=name, queue_arguments={"x-queue-type": "quorum"})


def beat_schedule(settings: Settings) -> dict[str, dict[str, Any]]:
    """Each tick expires when the next is due, so that none pile up while no worker runs."""
    return {entry.name: _scheduled(entry, entry.every_s(settings)) for entry in ENTRIES}


def beat_intervals_s(settings: Settings) -> dict[str, float]:
    """How often each of Beat's entries is due, in seconds."""
    return {entry.name: entry.every_s(settings) for entry in ENTRIES}


def _scheduled(entry: Entry, every_s: float) -> dict[str, Any]:
    options = {"queue": entry.queue, "expires": every_s}
    return {"task": entry.task, "schedule": every_s, "options": options}
