"""Beat's own figures; kept in its process, written nowhere."""

import time
from collections.abc import Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

PUBLISHED = ("analyticbot_beat_published", "Tasks that Beat has published, by entry.")
LAST = ("analyticbot_beat_last_publish_timestamp_seconds", "When Beat last published a task.")


class BeatFigures(Collector):
    def __init__(self, entries: Iterable[str]) -> None:
        self._published = dict.fromkeys(entries, 0)
        self._last_at_s = 0.0

    def published(self, entry: str) -> None:
        self._published[entry] += 1
        self._last_at_s = time.time()

    def collect(self) -> Iterator[Metric]:
        published = CounterMetricFamily(*PUBLISHED, labels=("entry",))
        for entry, count in self._published.items():
            published.add_metric([entry], count)
        yield published
        if self._last_at_s:
            yield GaugeMetricFamily(*LAST, value=self._last_at_s)
