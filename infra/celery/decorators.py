"""The two ways to declare a task, each with its retries."""

from collections.abc import Callable
from typing import Any

from infra.celery.celery_app import celery_app, settings
from infra.celery.runtime import SEND_BACKOFF, SEND_MAX_RETRIES

ENHANCED: dict[str, Any] = {
    "autoretry_for": (Exception,),
    "retry_backoff": 2,
    "retry_jitter": True,
}
"""Delay and number of retries are the application's defaults: 30, 60 … 480 s."""

CRITICAL: dict[str, Any] = {
    **ENHANCED,
    "retry_backoff": int(SEND_BACKOFF),
    "default_retry_delay": settings.send_retry_delay,
    "max_retries": SEND_MAX_RETRIES,
    "ignore_result": False,
}
"""send_message_task's policy: 10, 20, 40, 80, 160 s."""


def enhanced_retry_task(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """A task that is retried by the application's defaults. Bare, or with Celery's options."""
    return _declare(function, ENHANCED | options)


def critical_message_task(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """A task that is retried as send_message_task is. Bare, or with Celery's options."""
    return _declare(function, CRITICAL | options)


def _declare(function: Callable[..., Any] | None, options: dict[str, Any]) -> Any:
    declare = celery_app.task(**options)
    return declare if function is None else declare(function)
