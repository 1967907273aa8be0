"""Celery's face: the application, how tasks are declared, and how it all fares."""

from infra.celery.celery_app import celery_app
from infra.celery.decorators import critical_message_task, enhanced_retry_task
from infra.celery.health import check_celery_health

__all__ = ["celery_app", "check_celery_health", "critical_message_task", "enhanced_retry_task"]
