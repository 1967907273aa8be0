"""What a worker's child measures of its sends, as Prometheus would read it."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import Counter, Histogram
from prometheus_client.registry import Collector

from core.message import POSTS, Claim, Content, OnUncertain, State
from core.outcome import (
    Flooded,
    Migrated,
    Outcome,
    Rejected,
    Retryable,
    Sent,
    Unauthorized,
    Uncertain,
    Unsent,
)
from core.partners import Report, Sending
from core.retry import RetryPolicy
from core.verdict import Standing, decide
from infra.monitoring.instruments import OTHER, Poured, Runs, Sends
from infra.monitoring.tally import REQUEST_S, Tally
from tests.unit.delivery_stage import Stage, claim, simulate

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
POLICY = RetryPolicy(10, 2.0, 5)
KINDS = (Poured, Histogram)


def samples(*metrics: Collector) -> dict[str, float]:
    """Values by name and labels, those that are 0 left out."""
    found = {}
    for metric in metrics:
        for family in metric.collect():
            for sample in family.samples:
                if sample.value and not sample.name.endswith("_created"):
                    labels = ",".join(f"{name}={told}" for name, told in sample.labels.items())
                    found[f"{sample.name.removeprefix('analyticbot_')}{{{labels}}}"] = sample.value
    return found


def metrics_of(sends: Sends) -> Iterator[Collector]:
    return (each for each in vars(sends).values() if isinstance(each, Counter | Histogram))


def report(
    outcome: Outcome,
    late_s: float | None = 0.0,
    attempts: int = 1,
    hidden: int = 0,
    method: str = "sendMessage",
) -> Report:
    """An attempt that took 40 ms; `late_s` is None for a broadcast's message."""
    standing = Standing(attempts, 6, hidden, OnUncertain.RESEND)
    wanted_at = NOON - timedelta(seconds=late_s) if late_s is not None else None
    its = Claim(1, 2, "3", POSTS, NOON)
    sending = Sending(its, "3", Content(method, {}), standing, wanted_at=wanted_at)
    verdict = decide(outcome, standing, POLICY, lambda: 0.5)
    return Report(sending, outcome, verdict, NOON, NOON + timedelta(seconds=0.04))


def told(*reports: Report) -> dict[str, float]:
    async def observe() -> dict[str, float]:
        sends = Sends()
        for each in reports:
            sends.attempted(each)
        sends.pour()
        return samples(*metrics_of(sends))

    return asyncio.run(observe())


@pytest.mark.parametrize(
    ("outcome", "label"),
    [
        (Sent((1,)), "sent"),
        (Flooded(3), "flooded"),
        (Retryable("refused"), "retryable"),
        (Unsent("too late"), "retryable"),
        (Rejected("blocked"), "rejected"),
        (Unauthorized(), "rejected"),
        (Migrated("-1001"), "migrated"),
        (Uncertain("timeout"), "uncertain"),
    ],
)
def test_every_way_an_attempt_can_end_is_counted(outcome: Outcome, label: str) -> None:
    found = told(report(outcome), report(outcome))
    assert found[f"attempts_total{{outcome={label}}}"] == 2
    took = found.get("telegram_request_duration_seconds_count{method=sendMessage}")
    assert took == (None if isinstance(outcome, Unsent) else 2)


def test_lateness_is_that_of_posts_sent_by_their_first_attempt() -> None:
    found = told(
        report(Sent((1,)), late_s=0.02),
        report(Sent((1,)), late_s=40),
        report(Sent((1,)), late_s=-0.001),  # the clocks' disagreement
        report(Sent((1,)), late_s=None),
        report(Sent((1,)), late_s=900, attempts=2),
        report(Sent((1,)), late_s=900, hidden=1),
        report(Rejected("blocked"), late_s=900),
    )
    assert found["lateness_seconds_count{}"] == 3
    assert found["lateness_seconds_sum{}"] == pytest.approx(40.02)
    assert found["lateness_seconds_bucket{le=0.025}"] == 2
    assert found["lateness_seconds_bucket{le=60.0}"] == 3


def test_methods_are_those_that_we_send() -> None:
    found = told(report(Sent((1,)), method="sendPhoto"), report(Sent((1,)), method="x"))
    names = [name for name in found if name.startswith("telegram_request_duration_seconds_count")]
    assert sorted(names) == [
        f"telegram_request_duration_seconds_count{{method={method}}}"
        for method in (OTHER, "sendPhoto")
    ]


def test_a_tally_is_the_histogram_that_single_observations_make() -> None:
    values = [0.0, 0.005, 0.0051, 0.3, 10.0, 11.0, 600.0]
    tally = Tally(REQUEST_S)
    poured, single = (kind("x", "-", buckets=REQUEST_S, registry=None) for kind in KINDS)
    for value in values:
        tally.add(value)
        single.observe(value)
    assert isinstance(poured, Poured)
    poured.add(tally)
    assert samples(poured) == samples(single)
    assert dict(tally.buckets())["10.0"] == 5
    assert tally.buckets()[-1] == ("+Inf", 7)


def test_what_was_counted_is_shown_a_second_later_and_once() -> None:
    async def count() -> list[dict[str, float]]:
        sends = Sends()
        found = []
        for _ in range(2):
            sends.refused()
            sends.booked(0.2)
            found.append(samples(*metrics_of(sends)))
            await asyncio.sleep(1.1)
        return [*found, samples(*metrics_of(sends))]

    nothing, first, both = simulate(count())
    assert nothing == {}
    assert first["governor_refusals_total{}"] == first["governor_wait_seconds_count{}"] == 1
    assert both["governor_refusals_total{}"] == both["governor_wait_seconds_count{}"] == 2


class Heard:
    def __init__(self) -> None:
        self.waits_s: list[float] = []
        self.refusals = 0
        self.outcomes: list[Outcome] = []

    def booked(self, wait_s: float) -> None:
        self.waits_s.append(wait_s)

    def refused(self) -> None:
        self.refusals += 1

    def attempted(self, report: Report) -> None:
        self.outcomes.append(report.outcome)


def observed() -> tuple[Stage, Heard]:
    heard = Heard()
    return Stage(heard), heard


def test_a_wait_is_what_the_governor_adds_to_the_time_that_a_message_is_due() -> None:
    stage, heard = observed()
    stage.governor.interval_s = 0.5
    stage.play(claim(1, due_s=1.0), claim(2, due_s=1.0))
    assert heard.waits_s == [0.0, pytest.approx(0.5)]
    assert heard.outcomes == [Sent((1,)), Sent((1,))]


def test_a_refusal_is_counted_once_whatever_goes_back_with_it() -> None:
    stage, heard = observed()
    stage.governor.ahead_s = 9.0
    stage.play(*(claim(n, "7") for n in (1, 2, 3)))
    assert len(stage.ledger.returned) == 3
    assert (heard.refusals, heard.waits_s) == (1, [])


def test_where_the_governor_cannot_be_asked_nobody_was_refused() -> None:
    stage, heard = observed()
    stage.governor.away = True
    stage.play(claim(1))
    assert heard.refusals == 0


def test_the_time_of_an_attempt_is_telegrams_alone() -> None:
    stage = Stage()
    stage.ledger.commit_s, stage.telegram.takes_s["1"] = 0.5, 0.2
    stage.telegram.outcomes["1"] = [Flooded(5)]
    stage.play(claim(1))
    [ended] = stage.ledger.reports
    assert (ended.ended_at - ended.started_at).total_seconds() == pytest.approx(0.2, abs=0.001)


def test_tasks_have_short_names_and_strangers_share_one() -> None:
    runs = Runs(["infra.celery.tasks.deliver"])
    for name in ("infra.celery.tasks.deliver", "somebody.elses", "celery.chord"):
        runs.ended(name, "succeeded")
        runs.ran(name, 0.3)
    found = samples(runs._ended, runs._runtimes)
    assert found["tasks_total{task=deliver,outcome=succeeded}"] == 1
    assert found["tasks_total{task=other,outcome=succeeded}"] == 2
    assert found["task_runtime_seconds_count{task=other}"] == 2


def test_rescues_are_counted_by_state() -> None:
    sends = Sends()
    sends.rescued(State.QUEUED, 3)
    sends.rescued(State.SENDING, 0)
    assert samples(*metrics_of(sends)) == {"rescued_total{state=queued}": 3}
