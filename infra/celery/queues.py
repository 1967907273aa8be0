"""The broker's queues, asked over a connection that gives up soon."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery.exceptions import CeleryError
from kombu.exceptions import ChannelError, KombuError

from core.errors import BrokerUnavailable, ConfigurationError
from infra.celery.celery_app import celery_app
from infra.celery.schedule import QUEUES

ANSWER_WITHIN_S = 1.5
NO_SUCH_QUEUE = 404


@contextmanager
def broker(url: str | None = None, within_s: float = ANSWER_WITHIN_S) -> Iterator[Any]:
    """A kombu connection of one's own, tried once; blocks for `within_s` at each answer.

    Without `url` it is to the application's own broker. Raises BrokerUnavailable, and
    ConfigurationError where the URL is none.
    """
    impatient = {
        "socket_timeout": within_s,
        "socket_connect_timeout": within_s,
        "read_timeout": within_s,  # RabbitMQ's names for it
        "write_timeout": within_s,
        "max_retries": 0,
        "interval_start": 0,
        # How long Redis keeps a question open; to close the connection takes as long.
        "polling_interval": 0.1,
    }
    try:
        connection = celery_app.connection_for_write(
            url, connect_timeout=within_s, transport_options=impatient
        )
    except ValueError:  # its text may hold a part of the password
        raise ConfigurationError(
            "CELERY_BROKER_URL or REDIS_URL: is not a URL; write redis://host:6379/0"
        ) from None
    troubles = (*connection.connection_errors, *connection.channel_errors, OSError)
    try:
        connection.default_channel  # noqa: B018 (connects as told above, `connect` in its own way)
        yield connection
    except (*troubles, KombuError, CeleryError) as error:
        raise BrokerUnavailable(f"{connection.as_uri()}: {error}") from error
    finally:
        connection.release()


def queue_depths(url: str | None = None, within_s: float = ANSWER_WITHIN_S) -> dict[str, int]:
    """How many tasks wait in each of QUEUES; 0 for one that nobody has used yet.

    What a worker has taken is not counted. Blocks; raises BrokerUnavailable.
    """
    with broker(url, within_s) as connection:
        return {name: depth(connection, name) for name in QUEUES}


def depth(connection: Any, queue: str) -> int:
    """How many tasks wait in this queue."""
    # A channel of its own: RabbitMQ closes one that is asked for a queue that is not there.
    channel = connection.channel()
    try:
        return int(channel.queue_declare(queue, passive=True).message_count)
    except ChannelError as error:
        if getattr(error, "reply_code", None) in (NO_SUCH_QUEUE, str(NO_SUCH_QUEUE)):
            return 0
        raise
    finally:
        channel.close()
