"""Celery's configuration, by what it is about. Names are Celery's own."""

from typing import Any

from infra.celery.schedule import ROUTES, beat_schedule, queues
from infra.settings import Settings

# Longer than any ETA that we publish (3 s) by far: a message comes back this late only when the
# ledger's lease has long brought its row back.
VISIBILITY_TIMEOUT_S = 3600
# A frozen broker holds a caller up for no longer than this.
SOCKET_TIMEOUT_S = 5
SOFT_SHUTDOWN_S = 3
# After two that are missed a connection is given up, by either side.
HEARTBEAT_S = 10
RESULTS_EXPIRE_S = 24 * 3600
# Each takes a second where nothing listens. A worker's own reconnecting is not bound by it.
PUBLISH_TRIES = 1

SOCKETS = {
    "visibility_timeout": VISIBILITY_TIMEOUT_S,
    "socket_timeout": SOCKET_TIMEOUT_S,
    "socket_connect_timeout": SOCKET_TIMEOUT_S,
    "socket_keepalive": True,
}


def configuration(settings: Settings) -> dict[str, Any]:
    return (
        _messages()
        | _tasks(settings)
        | _worker(settings)
        | _broker()
        | _rabbitmq(settings)
        | _results()
        | _beat(settings)
    )


def _messages() -> dict[str, Any]:
    return {
        "task_serializer": "json",
        "result_serializer": "json",
        "accept_content": ["json"],
        "timezone": "UTC",
        "enable_utc": True,
    }


def _tasks(settings: Settings) -> dict[str, Any]:
    return {
        "task_default_retry_delay": settings.celery_task_default_retry_delay,
        "task_default_max_retries": settings.celery_task_default_max_retries,
        "task_time_limit": settings.celery_task_time_limit,
        "task_soft_time_limit": settings.celery_task_soft_time_limit,
        "task_acks_late": True,
        # True would run a task that kills its worker for ever; the leases bring messages back.
        "task_reject_on_worker_lost": False,
        "task_send_sent_event": True,
        "task_queues": queues(settings),
        "task_default_queue": "default",
        "task_routes": ROUTES,
        "task_publish_retry_policy": {
            "max_retries": 2,
            "interval_start": 0,
            "interval_step": 0.2,
            "interval_max": 0.5,
        },
    }


def _worker(settings: Settings) -> dict[str, Any]:
    return {
        "worker_prefetch_multiplier": 1,
        "worker_send_task_events": True,
        "worker_soft_shutdown_timeout": SOFT_SHUTDOWN_S,
        "worker_enable_soft_shutdown_on_idle": True,
        "worker_concurrency": settings.worker_concurrency,
        "worker_max_tasks_per_child": settings.celery_worker_max_tasks_per_child,
        "worker_max_memory_per_child": settings.celery_worker_max_memory_per_child,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
    }


def _broker() -> dict[str, Any]:
    return {
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_connection_timeout": SOCKET_TIMEOUT_S,
        "broker_transport_options": {**SOCKETS, "max_retries": PUBLISH_TRIES},
    }


def _rabbitmq(settings: Settings) -> dict[str, Any]:
    """What differs where the broker is RabbitMQ; see docs/decisions/0010-rabbitmq.md."""
    if not settings.on_rabbitmq:
        return {"broker_holds_whole_seconds": False}
    return {
        "broker_holds_whole_seconds": True,
        "broker_transport_options": {"confirm_publish": True, "max_retries": PUBLISH_TRIES},
        "broker_heartbeat": HEARTBEAT_S,
        # A channel that RabbitMQ closes, for one was unacknowledged for half an hour, is opened
        # again; without this the worker would end.
        "broker_channel_error_retry": True,
        # RabbitMQ 4 does without queues that neither last nor belong to one connection. Exclusive
        # ones would be locked to a worker that comes back before its old connection is given up.
        "control_queue_durable": True,
        "event_queue_durable": True,
    }


def _results() -> dict[str, Any]:
    return {
        "task_ignore_result": True,
        "result_expires": RESULTS_EXPIRE_S,
        # The ledger remembers who waits: a result that cannot be stored now is stored later.
        "result_backend_transport_options": {
            **SOCKETS,
            "retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0.2},
        },
        "redis_socket_timeout": SOCKET_TIMEOUT_S,
        "redis_socket_connect_timeout": SOCKET_TIMEOUT_S,
    }


def _beat(settings: Settings) -> dict[str, Any]:
    return {
        "beat_schedule": beat_schedule(settings),
        "beat_schedule_filename": str(settings.data_dir / "celerybeat-schedule"),
    }
