"""The bot's own figures; kept in its process, written nowhere."""

import time
from collections.abc import Iterator

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from infra.monitoring.tally import REQUEST_S, Tally

HANDLED, FAILED = "handled", "failed"
ANSWERED = "Telegram answered getUpdates"

UPDATES = ("analyticbot_bot_updates", "Updates that are done with, by how that went.")
DURATION = (
    "analyticbot_bot_update_duration_seconds",
    "How long updates took to be handled, from their turn to the end.",
)
POLLED = (
    "analyticbot_bot_last_poll_timestamp_seconds",
    "When Telegram last answered getUpdates, or the bot began to ask; missing with a webhook.",
)


class BotFigures(Collector):
    def __init__(self) -> None:
        self._updates = {HANDLED: 0, FAILED: 0}
        self._durations = Tally(REQUEST_S)
        self._polled_at_s = 0.0

    def polled(self) -> None:
        """Telegram has answered getUpdates, or is asked for the first time."""
        self._polled_at_s = time.time()

    def handled(self, seconds: float, *, well: bool) -> None:
        """An update is done with, well or not."""
        self._updates[HANDLED if well else FAILED] += 1
        self._durations.add(seconds)

    def collect(self) -> Iterator[Metric]:
        updates = CounterMetricFamily(*UPDATES, labels=("outcome",))
        for outcome, count in self._updates.items():
            updates.add_metric([outcome], count)
        yield updates
        durations = self._durations
        yield HistogramMetricFamily(
            *DURATION, buckets=durations.buckets(), sum_value=durations.total
        )
        if self._polled_at_s:
            yield GaugeMetricFamily(*POLLED, value=self._polled_at_s)
