"""Celery's face: the application, and how tasks are declared."""

from infra.celery.celery_app import celery_app
from infra.celery.decorators import critical_message_task, enhanced_retry_task

__all__ = ["celery_app", "critical_message_task", "enhanced_retry_task"]
