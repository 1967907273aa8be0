"""A worker as the broker knows it: it answers what Celery's remote control asks, and no more."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kombu.pidbox import Mailbox

from infra.celery.celery_app import celery_app

NAME = "worker@test"
TASK: dict[str, Any] = {
    "name": "a.task",
    "id": "an id",
    "args": ["hello"],
    "kwargs": {},
    "time_start": None,
}
PLANNED = {"eta": "2026-03-01T09:00:00+00:00", "request": TASK | {"id": "another"}}


class Answering:
    """`asked` counts the questions by their names."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def active_queues(self, state: Any, **_: Any) -> Any:
        self.asked["active_queues"] += 1
        return [{"name": "messages"}, {"name": "default"}]

    def active(self, state: Any, **_: Any) -> Any:
        self.asked["active"] += 1
        return [TASK]

    def reserved(self, state: Any, **_: Any) -> Any:
        self.asked["reserved"] += 1
        return [TASK, TASK]

    def scheduled(self, state: Any, **_: Any) -> Any:
        self.asked["scheduled"] += 1
        return [PLANNED]


@contextmanager
def answering(url: str) -> Iterator[Answering]:
    """Until the block is left; by a thread."""
    worker, over = Answering(), threading.Event()
    conf = celery_app.conf
    with celery_app.connection_for_read(url) as connection:
        mailbox = Mailbox(conf.control_exchange, type="fanout", accept=conf.accept_content)
        handlers = {
            "active_queues": worker.active_queues,
            "active": worker.active,
            "reserved": worker.reserved,
            "scheduled": worker.scheduled,
        }
        node = mailbox(connection).Node(NAME, handlers=handlers, state=None)
        with node.listen(channel=connection.channel()):
            thread = threading.Thread(target=_serve, args=(connection, over))
            thread.start()
            yield worker
            over.set()
            thread.join()


def _serve(connection: Any, over: threading.Event) -> None:
    while not over.is_set():
        try:
            connection.drain_events(timeout=0.05)
        except TimeoutError:
            continue
