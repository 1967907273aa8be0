"""How a worker takes a task whose row waits in the ledger."""

from datetime import datetime
from typing import Any

from infra.celery.celery_app import settings
from infra.celery.task_lines import Request


class AtOnce(Request):
    """Never held for its ETA by a worker of RabbitMQ's, who could take little else meanwhile.

    The body of the task finds the ETA all the same, and leaves the message to the ledger.
    """

    @property
    def eta(self) -> datetime | None:
        held: Any = super().eta
        return None if settings.on_rabbitmq else held
