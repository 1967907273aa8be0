"""The web's own figures, and what its /metrics shows.

They are counted here and not by the client's metrics: those of a process that knows
PROMETHEUS_MULTIPROC_DIR would write files into the workers' folder.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = ("analyticbot_http_requests", "Requests to the web, by route, method and status.")
DURATION = (
    "analyticbot_http_request_duration_seconds",
    "How long requests to the web took, by route; streams of events are not among them.",
)
STREAMS = ("analyticbot_event_streams", "Streams of events that are open.")


@dataclass
class Durations:
    """Of one route; `counts` has one more than there are buckets."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_S) + 1))
    total_s: float = 0.0

    def add(self, seconds: float) -> None:
        place = next((n for n, most in enumerate(BUCKETS_S) if seconds <= most), len(BUCKETS_S))
        self.counts[place] += 1
        self.total_s += seconds

    def buckets(self) -> Sequence[tuple[str, float]]:
        names, seen, found = [*map(str, BUCKETS_S), "+Inf"], 0, []
        for name, count in zip(names, self.counts, strict=True):
            seen += count
            found.append((name, float(seen)))
        return found


class WebFigures(Collector):
    """Of this process. Routes are templates, such as "/api/v1/messages/{message_id}", never paths:
    so there are no more of them than there are routes.
    """

    def __init__(self, streams: Callable[[], int]) -> None:
        self._streams = streams
        self._requests: dict[tuple[str, str, str], int] = defaultdict(int)
        self._durations: dict[str, Durations] = defaultdict(Durations)

    def note(self, route: str, method: str, status: int, seconds: float | None) -> None:
        """A request has ended; `seconds` is None where its time tells nothing."""
        self._requests[route, method, f"{status // 100}xx"] += 1
        if seconds is not None:
            self._durations[route].add(seconds)

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(*REQUESTS, labels=("route", "method", "status"))
        for labels, count in list(self._requests.items()):
            requests.add_metric(labels, count)
        yield requests
        durations = HistogramMetricFamily(*DURATION, labels=("route",))
        for route, found in list(self._durations.items()):
            durations.add_metric([route], buckets=found.buckets(), sum_value=found.total_s)
        yield durations
        yield GaugeMetricFamily(*STREAMS, value=self._streams())


def exposed(*own: Collector, folder: Path | None = None) -> bytes:
    """This process's figures, and those that the workers of this machine have written into the
    folder. Reads files.
    """
    registry = CollectorRegistry()
    for each in own:
        registry.register(each)
    if folder is not None and folder.is_dir():
        MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    return generate_latest(registry)
