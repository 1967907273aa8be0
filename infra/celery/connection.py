"""A broker connection that is back a second after its broker."""

from typing import Any

from celery.app.amqp import AMQP
from kombu import Connection as KombuConnection

RECONNECT_EVERY_S = 1.0


class Connection(KombuConnection):
    """kombu waits 2, 4 … 32 s between tries; a queue that is back must not wait for that."""

    def _ensure_connection(self, *args: Any, **kwargs: Any) -> Any:
        steady = {
            "interval_start": RECONNECT_EVERY_S,
            "interval_step": 0,
            "interval_max": RECONNECT_EVERY_S,
        }
        return super()._ensure_connection(*args, **(steady | kwargs))


class Broker(AMQP):
    Connection = Connection
