"""The Celery application: `celery -A infra.celery.celery_app worker|beat|flower`."""

from typing import Any

from celery import Celery

from core.errors import ConfigurationError
from infra.celery.backend import with_results
from infra.celery.retry import Task
from infra.celery.schedule import PERIODIC, ROUTES, TASKS, beat_schedule, queues
from infra.settings import Settings, load_settings

# Longer than any ETA that we publish (3 s) by far: a message comes back this late only when the
# ledger's lease has long brought its row back.
VISIBILITY_TIMEOUT_S = 3600
# A frozen broker holds a caller up for no longer than this.
SOCKET_TIMEOUT_S = 5
SOFT_SHUTDOWN_S = 3
# Each takes a second where nothing listens. A worker's own reconnecting is not bound by it.
PUBLISH_TRIES = 1


def _settings() -> Settings:
    try:
        return load_settings()
    except ConfigurationError as error:
        # The entry of every process: whatever started it ends with this one line.
        raise SystemExit(f"analyticbot: {error}") from None


def _configuration(settings: Settings) -> dict[str, Any]:
    sockets = {
        "visibility_timeout": VISIBILITY_TIMEOUT_S,
        "socket_timeout": SOCKET_TIMEOUT_S,
        "socket_connect_timeout": SOCKET_TIMEOUT_S,
        "socket_keepalive": True,
    }
    return {
        "task_default_retry_delay": settings.celery_task_default_retry_delay,
        "task_default_max_retries": settings.celery_task_default_max_retries,
        "task_time_limit": settings.celery_task_time_limit,
        "task_soft_time_limit": settings.celery_task_soft_time_limit,
        "task_serializer": "json",
        "result_serializer": "json",
        "accept_content": ["json"],
        "timezone": "UTC",
        "enable_utc": True,
        "task_acks_late": True,
        # True would run a task that kills its worker for ever; the leases bring messages back.
        "task_reject_on_worker_lost": False,
        "worker_prefetch_multiplier": 1,
        "worker_send_task_events": True,
        "task_send_sent_event": True,
        "worker_soft_shutdown_timeout": SOFT_SHUTDOWN_S,
        "worker_enable_soft_shutdown_on_idle": True,
        "worker_concurrency": settings.worker_concurrency,
        "worker_max_tasks_per_child": settings.celery_worker_max_tasks_per_child,
        "worker_max_memory_per_child": settings.celery_worker_max_memory_per_child,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "task_ignore_result": True,
        "result_expires": 24 * 3600,
        "task_queues": queues(),
        "task_default_queue": "default",
        "task_routes": ROUTES,
        "task_publish_retry_policy": {
            "max_retries": 2,
            "interval_start": 0,
            "interval_step": 0.2,
            "interval_max": 0.5,
        },
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_connection_timeout": SOCKET_TIMEOUT_S,
        "broker_transport_options": {**sockets, "max_retries": PUBLISH_TRIES},
        # The ledger remembers who waits: a result that cannot be stored now is stored later.
        "result_backend_transport_options": {
            **sockets,
            "retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0.2},
        },
        "redis_socket_timeout": SOCKET_TIMEOUT_S,
        "redis_socket_connect_timeout": SOCKET_TIMEOUT_S,
        "beat_schedule": beat_schedule(settings),
        "beat_schedule_filename": str(settings.data_dir / "celerybeat-schedule"),
    }


settings = _settings()

celery_app = Celery(
    "analyticbot",
    broker=settings.broker_url,
    backend=with_results(settings.result_backend),
    task_cls=Task,
    amqp="infra.celery.connection:Broker",
    include=[TASKS, PERIODIC, "infra.celery.worker"],
)
celery_app.conf.update(_configuration(settings))
