"""RabbitMQ as the broker: publishes that are confirmed, and that never wait for ever."""

import contextlib
import socket
from typing import Any

from amqp.exceptions import RecoverableConnectionError
from kombu.transport import pyamqp

CONFIRM_WITHIN_S = 5.0
"""RabbitMQ confirms what is on disk, within milliseconds; one that is frozen confirms nothing."""

TRANSIENT = 1
TROUBLES = (OSError, RecoverableConnectionError)


class Refused(RecoverableConnectionError):
    """RabbitMQ takes no messages until an alarm of its memory or disk has passed."""


class Channel(pyamqp.Channel):
    """Publishes, and waits for RabbitMQ's word that it has the message."""

    def basic_publish_confirm(self, message: Any, *args: Any, **given: Any) -> Any:
        """Raises Refused, and OSError or RecoverableConnectionError where no word comes.

        Celery's events are not waited for, and are dropped while nothing is taken.
        """
        given["timeout"] = given.get("timeout") or CONFIRM_WITHIN_S
        if message.properties.get("delivery_mode") == TRANSIENT:
            return self._publish_event(message, *args, **given)
        line = self.connection
        try:
            return super().basic_publish_confirm(message, *args, **given)
        except TROUBLES:
            # A word that comes late would be taken for that of the next message.
            if line is not None:
                line.collect()
            raise

    def _publish_event(self, message: Any, *args: Any, **given: Any) -> Any:
        if self.connection is not None and self.connection.takes_nothing():
            return None
        try:
            return self._basic_publish(message, *args, **given)
        except Refused:
            return None


class Line(pyamqp.Connection):
    """A connection to RabbitMQ."""

    Channel = Channel
    _blocked = False

    def takes_nothing(self) -> bool:
        """Whether an alarm lasts, as far as RabbitMQ has told by now."""
        if self._blocked:
            with contextlib.suppress(socket.timeout):
                self.drain_events(timeout=0)
        return self._blocked

    def _on_blocked(self) -> None:
        """Told only to one that publishes, while it publishes or waits for the confirmation."""
        self._blocked = True
        raise Refused("RabbitMQ takes no messages: an alarm of its memory or its disk")

    def _on_unblocked(self) -> None:
        self._blocked = False

    def is_gone(self) -> bool:
        """Whether the other side has closed it, which nobody has noticed yet."""
        sock = getattr(self.transport, "sock", None)
        if sock is None or self.ssl:  # of an encrypted line one cannot look at what comes next
            return False
        try:
            return not sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True


class Transport(pyamqp.Transport):
    """What kombu makes of amqp://."""

    Connection = Line

    def verify_connection(self, connection: Line) -> bool:
        """Asked before each use: after a restart of RabbitMQ no publish fails for it."""
        return bool(connection.connected) and not connection.is_gone()


class SSLTransport(pyamqp.SSLTransport):
    """What kombu makes of amqps://."""

    Connection = Line
