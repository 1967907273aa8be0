"""The system's figures as Prometheus reads them.

Of a worker's children only those that sample write figures, each into files of its own in the
folder that PROMETHEUS_MULTIPROC_DIR names; infra/monitoring/server.py reads all of them together.
"""

import os
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from prometheus_client import Counter, Gauge, values

from core.figure import Figure

# By the name of the figure: Prometheus's name, with its unit; labels; what it means.
GAUGES = {
    "queue_depth": (
        "analyticbot_queue_depth",
        ("queue",),
        "Tasks in a queue of the broker that no worker has taken yet.",
    ),
    "messages": (
        "analyticbot_messages",
        ("state",),
        "Messages that wait (waiting: not due yet), or wait for a person (uncertain); "
        "counted up to a million.",
    ),
    "oldest_due_s": (
        "analyticbot_oldest_due_seconds",
        (),
        "For how long the oldest message that is due has been due.",
    ),
    "lateness_s": (
        "analyticbot_lateness_seconds",
        ("percentile",),
        "From the wanted time to the write on the wire, of posts sent at the first attempt "
        "since the sample before.",
    ),
    "governor_use": (
        "analyticbot_governor_use_ratio",
        (),
        "Messages sent since the sample before, as a part of what the bot's rate lets through.",
    ),
    "governor_ahead_s": (
        "analyticbot_governor_ahead_seconds",
        (),
        "How far ahead the bot's slots are booked, or for how long Telegram has it held.",
    ),
    "sampled_until": (
        "analyticbot_sampled_until_timestamp_seconds",
        (),
        "Up to when messages that ended are counted.",
    ),
}
COUNTERS = {
    "messages_ended": (
        "analyticbot_messages_ended",
        ("state", "reason"),
        "Messages that ended; reasons beyond the first twenty are counted as other.",
    ),
    "attempts_lost": (
        "analyticbot_attempts_lost",
        (),
        "Attempts whose worker was lost before an answer was recorded, of messages that ended.",
    ),
    "posts_late": (
        "analyticbot_posts_late",
        (),
        "Posts that were sent ten seconds after their time, or later.",
    ),
}


def empty(folder: Path) -> None:
    """Make the folder, or remove the figures that an earlier run has left in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink()


def write_as(folder: Path, process: Callable[[], str]) -> None:
    """Where this process writes, and by which name. To be called before it shows anything.

    By default files are named by process id: each of the children that come and go would leave
    some behind, to be read at every scrape. A name that its successor takes over is better: so
    none of them has to be marked as dead. No two processes may have the same name at once, and it
    may not contain "_".
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder.absolute())  # as the client asks for it
    values.ValueClass = values.MultiProcessValue(process)  # type: ignore[no-untyped-call]
    _metric.cache_clear()


def show(figures: Iterable[Figure]) -> None:
    """Set the gauges to these values, and add them to the counters."""
    for figure in figures:
        metric = _metric(figure.name)
        if isinstance(metric, Gauge):
            (metric.labels(figure.label) if figure.label else metric).set(figure.value)
        else:
            labels = figure.label.partition(": ")[::2] if figure.label else ()
            (metric.labels(*labels) if labels else metric).inc(figure.value)


@cache
def _metric(name: str) -> Gauge | Counter:
    """Made when first shown: whoever only imports this module must not write files."""
    if name in GAUGES:
        public, labels, meaning = GAUGES[name]
        return Gauge(public, meaning, labels, registry=None, multiprocess_mode="mostrecent")
    public, labels, meaning = COUNTERS[name]
    return Counter(public, meaning, labels, registry=None)
