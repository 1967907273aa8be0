"""The system's live gauges, as Prometheus reads them: asked for at the scrape, kept nowhere."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

PREFIX = "analyticbot"


class Reading(NamedTuple):
    """A gauge's value, by its name in GAUGES; `labels` are in the order that stands there."""

    name: str
    value: float
    labels: tuple[str, ...] = ()


# By name: labels, what it means.
GAUGES: dict[str, tuple[tuple[str, ...], str]] = {
    "build_info": (("version",), "Always 1; the version of the program that tells all this."),
    "up": (
        ("part",),
        "1 where the part has answered for all of its gauges; where it has not, 0, and those that "
        "it did not answer for are missing.",
    ),
    "messages": (
        ("state",),
        "Messages that wait (waiting: not due yet), or wait for a person (uncertain); "
        "counted up to a hundred thousand.",
    ),
    "oldest_due_seconds": ((), "For how long the oldest message that is due has been due."),
    "governor_use_ratio": (
        (),
        "What was sent in the last minute, as a part of what the bot's rate lets through.",
    ),
    "governor_ahead_seconds": (
        (),
        "How far ahead the bot's slots are booked, or for how long Telegram has it held.",
    ),
    "queue_depth": (
        ("queue",),
        "Tasks in a queue of the broker that no worker has taken yet.",
    ),
    "broadcast_recipients": (
        ("broadcast", "state"),
        "Recipients of a broadcast that is being sent, by what became of them.",
    ),
    "broadcast_progress_ratio": (
        ("broadcast",),
        "The part of its recipients that a broadcast has come to the end with.",
    ),
    "beat_tick_age_seconds": (("entry",), "How long ago Beat has published this entry."),
    "beat_tick_interval_seconds": (("entry",), "How often Beat is to publish this entry."),
    "health_state": (
        ("part",),
        "What the last check of health has found: 0 healthy, 1 degraded, 2 unhealthy.",
    ),
    "health_checked_timestamp_seconds": ((), "When health was last checked."),
}


class LiveGauges(Collector):
    """These readings, in the order of GAUGES; of what was not read there is nothing."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._by_name: dict[str, list[Reading]] = defaultdict(list)
        for reading in readings:
            self._by_name[reading.name].append(reading)

    def collect(self) -> Iterator[Metric]:
        for name, (labels, meaning) in GAUGES.items():
            if readings := self._by_name.get(name):
                family = GaugeMetricFamily(f"{PREFIX}_{name}", meaning, labels=labels)
                for reading in readings:
                    family.add_metric(reading.labels, reading.value)
                yield family
