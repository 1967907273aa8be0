"""A broker connection that is back a second after its broker."""

from typing import Any

from celery.app.amqp import AMQP
from kombu import Connection as KombuConnection
from kombu.transport import TRANSPORT_ALIASES

RECONNECT_EVERY_S = 1.0

# By name, and not by a class of connections: kombu makes those of its pools itself.
TRANSPORT_ALIASES |= {
    "amqp": "infra.celery.rabbitmq:Transport",
    "pyamqp": "infra.celery.rabbitmq:Transport",
    "amqps": "infra.celery.rabbitmq:SSLTransport",
}


class Connection(KombuConnection):
    """kombu waits 2, 4 … 32 s between tries; a queue that is back must not wait for that."""

    def _ensure_connection(
        self,
        errback: Any = None,
        max_retries: int | None = None,
        interval_start: float = RECONNECT_EVERY_S,
        interval_step: float = 0,
        interval_max: float = RECONNECT_EVERY_S,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        # Named one by one: whoever publishes gives intervals of its own, and by position.
        return super()._ensure_connection(
            errback, max_retries, interval_start, interval_step, interval_max, *args, **kwargs
        )


class Broker(AMQP):
    Connection = Connection
