"""The files through which a worker's processes show one page of figures.

Each process of a worker (its children, and the parent for what happens to them) writes into files
of its own in the folder that PROMETHEUS_MULTIPROC_DIR names; `rendered` reads all of them together.
"""

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector

from core.figure import Figure

# By the name of the figure: Prometheus's name, with its unit; what it means; labels.
GAUGES = {
    "sampled_until": (
        "analyticbot_sampled_until_timestamp_seconds",
        "Up to when messages that ended are counted.",
        (),
    ),
}
COUNTERS = {
    "messages_ended": (
        "analyticbot_messages_ended",
        "Messages that ended; reasons beyond the first twenty are counted as other.",
        ("state", "reason"),
    ),
    "attempts_lost": (
        "analyticbot_attempts_lost",
        "Attempts whose worker was lost before an answer was recorded, of messages that ended.",
        (),
    ),
    "posts_late": (
        "analyticbot_posts_late",
        "Posts that were sent ten seconds after their time, or later.",
        (),
    ),
}

ROOM_BYTES = {"counter": 1 << 16, "gauge_mostrecent": 1 << 16, "histogram": 1 << 18}
"""Of each file of a process; several times what our figures need."""


def empty(folder: Path) -> None:
    """Make the folder, or remove the figures that an earlier run has left in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink()


def write_as(folder: Path, name: str) -> None:
    """Where this process writes, and by which name. To be called before it makes any metric.

    By default files are named by process id: each of the children that come and go would leave
    some behind, to be read at every scrape. A name that its successor takes over is better: so
    none of them has to be marked as dead. No two processes may have the same name at once, and it
    may not contain "_". Raises OSError where there is no room: then figures are written nowhere.
    """
    _metric.cache_clear()
    _gauge.cache_clear()
    values.ValueClass = values.MutexValue
    for kind, size in ROOM_BYTES.items():
        _reserve(folder / f"{kind}_{name}.db", size)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder.absolute())  # as the client asks for it
    values.ValueClass = values.MultiProcessValue(lambda: name)  # type: ignore[no-untyped-call]


def _reserve(file: Path, size: int) -> None:
    """The client would make a file of holes, and map it: on a disk that has become full meanwhile
    the kernel kills (SIGBUS) whoever counts something new, with all that it has on the wire.
    """
    if file.exists():
        return
    whole = file.with_suffix(".new")  # who reads the folder must not find an empty one
    try:
        whole.write_bytes(bytes(size))
    except OSError:
        whole.unlink(missing_ok=True)
        raise
    whole.rename(file)


def rendered(folder: Path) -> bytes:
    """All that the processes of a worker have written, in Prometheus's text format. Reads files;
    takes no lock that a child forked beside it would need. Raises ValueError for no folder.
    """
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def show(figures: Iterable[Figure]) -> None:
    """Set the gauges to these values, and add them to the counters.

    What is a figure of the ledger alone is passed over.
    """
    for figure in figures:
        if figure.name in GAUGES:
            _gauge(figure.name).set(figure.value)
        elif figure.name in COUNTERS:
            metric = _metric(figure.name)
            labels = figure.label.partition(": ")[::2] if figure.label else ()
            (metric.labels(*labels) if labels else metric).inc(figure.value)


def begin() -> None:
    """Show what has no labels as 0: what is not there cannot be seen to rise."""
    for name, (_, _, labels) in COUNTERS.items():
        if not labels:
            _metric(name)


@cache
def _metric(name: str) -> Counter:
    """Made when first shown: whoever only imports this module must not write files."""
    return Counter(*COUNTERS[name], registry=None)


@cache
def _gauge(name: str) -> Gauge:
    return Gauge(*GAUGES[name], registry=None, multiprocess_mode="mostrecent")
