"""What a line of a log is about, by the ids that one looks for in it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from logging import LogRecord
from typing import Any

from core.delivering import delivering
from core.message import POSTS

IDS = (
    *("message_id", "message_ids", "broadcast_id", "series_id", "import_id", "chat_id"),
    *("update_id", "request_id", "method", "route", "account_id", "task", "task_id"),
)
"""All that there are, in the order of a line. A record's `extra` may have them, too."""

Source = Callable[[], Mapping[str, Any]]
"""Asked once a line: what it tells may be known only later, and costs nothing without a line."""

_sources: ContextVar[tuple[Source, ...]] = ContextVar("sources", default=())


@contextmanager
def told_by(source: Source) -> Iterator[None]:
    """Lines that are written in here, and by what is begun in here, have its ids."""
    token = _sources.set((*_sources.get(), source))
    try:
        yield
    finally:
        _sources.reset(token)


def about(**ids: Any) -> Any:
    """As `told_by`, for ids that are known: `with about(series_id=4):`."""
    return told_by(lambda: ids)


def told_from_here_by(source: Source) -> None:
    """As `told_by`, to the end of the running asyncio task: what its caller tells of it, too."""
    _sources.set((source,))


def also_about(**ids: Any) -> None:
    """From here on to the end of the `about` that this is in."""
    _sources.set((*_sources.get(), lambda: ids))


def ids_of(record: LogRecord) -> dict[str, Any]:
    """The ids of a line; what it says itself wins over where it is written."""
    found: dict[str, Any] = {}
    for source in _sources.get():
        found.update(source())
    found.update(_delivered())
    found.update(_of_celery(record))
    found.update((name, value) for name, value in vars(record).items() if name in IDS)
    return {name: found[name] for name in IDS if found.get(name) is not None}


def _delivered() -> Mapping[str, Any]:
    claim = delivering.get()
    if claim is None:
        return {}
    broadcast_id = None if claim.broadcast_id == POSTS else claim.broadcast_id
    return {"message_id": claim.id, "chat_id": claim.chat_id, "broadcast_id": broadcast_id}


def _of_celery(record: LogRecord) -> Mapping[str, Any]:
    """Its own lines on a task bring this along: also the parent's, which runs none."""
    data = getattr(record, "data", None)
    if not isinstance(data, Mapping) or "id" not in data:
        return {}
    return {"task_id": data["id"], "task": data.get("name")}
