"""Whether this worker answers when it is asked through the broker: its /health."""

import os
import threading
import time
from typing import Any

from core.errors import BrokerUnavailable
from infra.celery.celery_app import settings
from infra.celery.health_workers import mailbox_of
from infra.celery.queues import broker
from infra.redaction import one_line

BROKER_WITHIN_S = 0.8
ANSWER_WITHIN_S = 1.5
KEPT_S = 4.0
"""A worker is asked no more often than this, whoever wants to know."""

STEP_S = 0.1
FORK_WITHIN_S = 3.0
"""Longer than a question takes whose every wait is bounded, as that for a name server is not."""


class Forks:
    """Keeps a process from forking while a thread of it is in the broker's client.

    That has locks of its own (kombu's cached properties, for one): a child that is forked while
    another thread holds one of them would wait for it for ever. After FORK_WITHIN_S it forks all
    the same: while it waits, it hands no task to any child.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waits = threading.Event()
        self._has_lock = False
        os.register_at_fork(before=self._begin, after_in_parent=self._end, after_in_child=self._end)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def let_in(self) -> None:
        """Let a fork go first, if one waits. To be called by who holds this."""
        if not self._waits.is_set():
            return
        self._lock.release()
        # Not at once: this thread, which runs already, would have the lock again.
        while self._waits.is_set():
            time.sleep(0.001)
        self._lock.acquire()

    def _begin(self) -> None:
        self._waits.set()
        self._has_lock = self._lock.acquire(timeout=FORK_WITHIN_S)
        self._waits.clear()

    def _end(self) -> None:
        if self._has_lock:
            self._lock.release()


class Answering:
    """Asks the worker of this name, from a thread that is not the worker's own."""

    def __init__(self, name: str, forks: Forks) -> None:
        self._name, self._forks = name, forks
        self._asking = threading.Lock()
        self._found, self._found_at_s = "", float("-inf")

    def reason(self) -> str:
        """Why it does not answer; "" where it does. Takes less than 3 s."""
        with self._asking:
            if time.monotonic() - self._found_at_s > KEPT_S:
                self._found = self._ask()
                self._found_at_s = time.monotonic()
            return self._found

    def _ask(self) -> str:
        with self._forks:
            try:
                with broker(within_s=BROKER_WITHIN_S) as connection:
                    line = _InTurn(connection, self._forks)
                    replies = mailbox_of(line).call([self._name], "ping", timeout=ANSWER_WITHIN_S)
            except BrokerUnavailable as error:
                return one_line(f"the broker cannot be reached: {error}", settings)
        if not replies:
            return f"{self._name} does not answer a ping within {ANSWER_WITHIN_S} s"
        return ""


class _InTurn:
    """A connection for kombu's mailbox that lets forks in while it waits for answers. The worker
    that is to answer may be the one that waits to fork.
    """

    def __init__(self, connection: Any, forks: Forks) -> None:
        self._connection, self._forks = connection, forks
        self.default_channel = connection.default_channel

    def drain_events(self, timeout: float) -> Any:
        until_s = time.monotonic() + timeout
        while True:
            try:
                return self._connection.drain_events(timeout=STEP_S)
            except TimeoutError:
                if time.monotonic() >= until_s:
                    raise
            self._forks.let_in()
