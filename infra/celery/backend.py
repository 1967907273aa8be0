"""Celery's Redis results, without what makes a caller wait for a Redis that is away."""

from typing import Any

from celery.backends.redis import RedisBackend


class Results(RedisBackend):
    """Subscribes to a result when somebody asks for it, not when its task is called.

    Celery subscribes before it publishes, and tries that for 20 to 80 s where Redis is down or
    frozen. `AsyncResult.get()` subscribes by itself, and first looks what is there.
    """

    def on_task_call(self, producer: Any, task_id: str) -> None:
        """Nobody waits yet."""


def with_results(url: str) -> str:
    """The URL that makes Celery take this class for Redis, and its own for all else."""
    return f"infra.celery.backend:Results+{url}" if url.startswith("redis") else url
