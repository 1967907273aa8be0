"""The Celery application: `celery -A infra.celery.celery_app worker|beat|flower`."""

import sys

from core.errors import ConfigurationError
from infra.celery import logs
from infra.celery.application import Application
from infra.celery.backend import with_results
from infra.celery.configuration import configuration
from infra.celery.retry import Task
from infra.celery.schedule import PERIODIC, SIGNALS, TASKS
from infra.settings import Settings, load_settings


def _settings() -> Settings:
    try:
        return load_settings()
    except ConfigurationError as error:
        # The entry of every process: whatever started it ends with this one line.
        raise SystemExit(f"analyticbot: {error}") from None


settings = _settings()

celery_app = Application(
    "analyticbot",
    broker=settings.broker_url,
    backend=with_results(settings.result_backend),
    task_cls=Task,
    amqp="infra.celery.connection:Broker",
    include=[TASKS, PERIODIC, *SIGNALS],
)
celery_app.conf.update(configuration(settings))
logs.begin(celery_app, settings, sys.argv)
