"""Celery's application, with ETAs as RabbitMQ can keep them."""

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from celery import Celery

from infra.celery.schedule import SEND_MESSAGE


class Application(Celery):
    """Where queues are quorum queues, Celery has RabbitMQ hold back what has an ETA, for whole
    seconds rounded down, and fails for less than one. A retry that is too early would be refused
    again: here they are rounded up. A message is never held back there: its worker leaves it to
    the ledger, which is to the millisecond.
    """

    def send_task(
        self,
        name: str,
        args: Any = None,
        kwargs: Any = None,
        countdown: float | None = None,
        eta: datetime | str | None = None,
        *more: Any,
        **options: Any,
    ) -> Any:
        if self.conf.broker_holds_whole_seconds and (countdown or eta):
            wait_s = seconds_until(countdown, eta, datetime.now(UTC))
            countdown, eta = None, None
            if name == SEND_MESSAGE and not options.get("retries"):
                options["headers"] = dict(options.get("headers") or {}) | {"eta": _eta(wait_s)}
            elif wait_s > 0:
                countdown = ceil(wait_s)
        return super().send_task(name, args, kwargs, countdown, eta, *more, **options)


def seconds_until(countdown: float | None, eta: datetime | str | None, now: datetime) -> float:
    """From now, whichever is given; a time without a zone is in UTC."""
    if eta is None:
        return countdown or 0.0
    moment = datetime.fromisoformat(eta) if isinstance(eta, str) else eta
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - now).total_seconds()


def _eta(in_s: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=in_s)).isoformat()
