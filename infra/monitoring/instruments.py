"""What a worker measures of its own work: attempts, waits, rescues, tasks.

A child counts in plain numbers and pours them into its files once a second, if there are any: so
a killed one takes the last second's with it, and an idle one does nothing.
"""

import asyncio
from collections import Counter as Counts
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from prometheus_client import Counter, Histogram

from core.bot_methods import METHODS
from core.message import State
from core.outcome import (
    Flooded,
    Migrated,
    Rejected,
    Retryable,
    Sent,
    Unauthorized,
    Uncertain,
    Unsent,
)
from core.partners import Report
from infra.monitoring.tally import LATENESS_S, REQUEST_S, TASK_S, Tally

POUR_AFTER_S = 1.0
OTHER = "other"

ATTEMPTS = {
    Sent: "sent",
    Flooded: "flooded",
    Retryable: "retryable",
    Unsent: "retryable",  # held back before a byte was written: it comes again
    Rejected: "rejected",
    Unauthorized: "rejected",
    Migrated: "migrated",
    Uncertain: "uncertain",
}
RESCUED = (State.QUEUED, State.SENDING)
ENDS = ("succeeded", "failed", "retried", "ignored", "rejected", "revoked")
"""How a run of a task can end."""


class Poured(Histogram):
    """A histogram that takes many observations at once."""

    def add(self, tally: Tally) -> None:
        self._sum.inc(tally.total)
        for bucket, count in zip(self._buckets, tally.counts, strict=True):
            if count:
                bucket.inc(count)


class Sends:
    """Of one child, on the one thread of its event loop; core.partners.Observer, and rescues."""

    def __init__(self) -> None:
        self._attempts = _counter("attempts", "Requests to send, by what came of them.", "outcome")
        self._rescued = _counter(
            "rescued", "Messages taken back because their lease ran out, by their state.", "state"
        )
        self._refusals = Counter(
            "analyticbot_governor_refusals",
            "Slots asked for and not given: the message went back to the ledger.",
            registry=None,
        )
        self._durations = Poured(
            "analyticbot_telegram_request_duration_seconds",
            "How long requests to send took, by method, until the answer or its absence.",
            ("method",),
            buckets=REQUEST_S,
            registry=None,
        )
        self._lateness = Poured(
            "analyticbot_lateness_seconds",
            "From the wanted time to the write on the wire, of posts sent by their first attempt.",
            buckets=LATENESS_S,
            registry=None,
        )
        self._waits = Poured(
            "analyticbot_governor_wait_seconds",
            "How long senders had to wait for the slots that they booked.",
            buckets=REQUEST_S,
            registry=None,
        )
        _begin(self._attempts, ATTEMPTS.values())
        _begin(self._rescued, RESCUED)
        self._forget()

    def booked(self, wait_s: float) -> None:
        self._new_waits.add(wait_s)
        self._soon()

    def refused(self) -> None:
        self._new_refusals += 1
        self._soon()

    def attempted(self, report: Report) -> None:
        outcome = type(report.outcome)
        self._new_attempts[outcome] += 1
        if outcome is not Unsent:
            took_s = (report.ended_at - report.started_at).total_seconds()
            self._new_durations[report.sending.content.method].add(took_s)
        if outcome is Sent:
            self._sent(report)
        self._soon()

    def rescued(self, state: State, count: int) -> None:
        if count:
            self._rescued.labels(state).inc(count)

    def pour(self) -> None:
        """Write what was counted where all can read it."""
        for outcome, count in self._new_attempts.items():
            self._attempts.labels(ATTEMPTS[outcome]).inc(count)
        for method, tally in self._new_durations.items():
            self._durations.labels(method if method in METHODS else OTHER).add(tally)
        self._refusals.inc(self._new_refusals)
        self._lateness.add(self._new_lateness)
        self._waits.add(self._new_waits)
        self._forget()

    def _sent(self, report: Report) -> None:
        sending = report.sending
        standing, wanted_at = sending.standing, sending.wanted_at
        if wanted_at is not None and standing.attempts == 1 and not standing.hidden:
            late_s = (report.started_at - wanted_at).total_seconds()
            self._new_lateness.add(max(0.0, late_s))

    def _forget(self) -> None:
        self._new_attempts = Counts[type[Any]]()
        self._new_durations = defaultdict[str, Tally](partial(Tally, REQUEST_S))
        self._new_lateness, self._new_waits = Tally(LATENESS_S), Tally(REQUEST_S)
        self._new_refusals = 0
        self._waiting = False

    def _soon(self) -> None:
        if not self._waiting:
            self._waiting = True
            asyncio.get_running_loop().call_later(POUR_AFTER_S, self.pour)


class Runs:
    """Of tasks, by their short names: those that are `known`, and "other" for all else."""

    def __init__(self, known: Sequence[str]) -> None:
        self._known = {name: name.rpartition(".")[2] for name in known}
        self._ended = Counter(
            "analyticbot_tasks",
            "Runs of tasks, by how they ended.",
            ("task", "outcome"),
            registry=None,
        )
        self._runtimes = Histogram(
            "analyticbot_task_runtime_seconds",
            "How long tasks ran in a worker's child, however they ended.",
            ("task",),
            buckets=TASK_S,
            registry=None,
        )
        for name in {*self._known.values(), OTHER}:
            self._ended.labels(name, "failed")  # shown as 0: the first failure is a rise as well

    def ended(self, name: str, end: str) -> None:
        """One of ENDS."""
        self._ended.labels(self._known.get(name, OTHER), end).inc()

    def ran(self, name: str, seconds: float) -> None:
        self._runtimes.labels(self._known.get(name, OTHER)).observe(seconds)


def _counter(name: str, meaning: str, label: str) -> Counter:
    return Counter(f"analyticbot_{name}", meaning, (label,), registry=None)


def _begin(counter: Counter, labels: Iterable[str]) -> None:
    """Show these as 0: what is not there cannot be seen to rise."""
    for label in labels:
        counter.labels(label)
