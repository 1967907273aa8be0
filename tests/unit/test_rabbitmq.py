"""What is done otherwise where the broker is RabbitMQ, as far as it shows without one."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.diagnosis_servers import BrokerFacts, broker
from core.health import HealthState
from infra.celery.application import seconds_until
from infra.celery.configuration import configuration
from infra.celery.handing import priority_of
from infra.celery.waiting import Waiting
from infra.settings import Settings

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RABBITMQ = Settings(_env_file=None, celery_broker_url="amqp://me:secret@h//")
REDIS = Settings(_env_file=None)


@pytest.mark.parametrize("url", ["amqp://h//", "amqps://h//", "pyamqp://h//"])
def test_its_queues_are_quorum_queues_and_its_publishes_confirmed(url: str) -> None:
    told = configuration(Settings(_env_file=None, celery_broker_url=url))
    assert {queue.queue_arguments["x-queue-type"] for queue in told["task_queues"]} == {"quorum"}
    # Of a direct exchange Celery could not have it hold back what has an ETA.
    assert {queue.exchange.type for queue in told["task_queues"]} == {"topic"}
    assert told["broker_transport_options"]["confirm_publish"]
    assert told["control_queue_durable"]
    assert told["event_queue_durable"]


def test_on_redis_all_stays_as_it_was() -> None:
    told = configuration(REDIS)
    assert {queue.queue_arguments for queue in told["task_queues"]} == {None}
    assert {queue.exchange.type for queue in told["task_queues"]} == {"direct"}
    assert told["broker_transport_options"]["visibility_timeout"] == 3600
    assert "control_queue_durable" not in told


def test_posts_come_first_by_the_numbers_of_either() -> None:
    assert [priority_of(REDIS, post=post) for post in (True, False)] == [None, 9]
    assert [priority_of(RABBITMQ, post=post) for post in (True, False)] == [9, None]


@pytest.mark.parametrize(
    ("countdown", "eta", "wait_s"),
    [
        (2.5, None, 2.5),
        (None, NOW + timedelta(seconds=1.25), 1.25),
        (None, "2026-11-23T13:00:02+01:00", 2.0),
        (None, datetime(2026, 11, 23, 12, 0, 3), 3.0),  # noqa: DTZ001  as callers give it
        (None, NOW.astimezone(timezone(timedelta(hours=5))), 0.0),
        (None, NOW - timedelta(seconds=4), -4.0),
    ],
)
def test_how_far_an_eta_is_away(
    countdown: float | None, eta: datetime | str | None, wait_s: float
) -> None:
    assert seconds_until(countdown, eta, NOW) == wait_s


async def test_what_waits_is_done_in_time_or_given_up() -> None:
    done: list[str] = []
    waiting, soon = Waiting(), asyncio.Event()

    async def note(what: str) -> None:
        done.append(what)
        soon.set()

    waiting.put(0.01, lambda: note("soon"), lambda: note("never"))
    waiting.put(60, lambda: note("never"), lambda: note("given up"))
    await soon.wait()
    assert done == ["soon"]
    await waiting.close()
    assert done == ["soon", "given up"]


async def test_what_has_begun_is_waited_for() -> None:
    waiting, begun, done = Waiting(), asyncio.Event(), []

    async def work() -> None:
        begun.set()
        await asyncio.sleep(0.01)
        done.append("done")

    async def never() -> None:
        raise AssertionError

    waiting.put(0, work, never)
    await begun.wait()
    await waiting.close()
    assert done == ["done"]


def test_a_rabbitmq_that_takes_nothing_is_unhealthy() -> None:
    well = broker("broker", BrokerFacts(1.0, is_redis=False))
    assert (well.state, well.reason) == (HealthState.HEALTHY, "answers in 1 ms")
    full = broker("broker", BrokerFacts(1.0, write_fault="an alarm", is_redis=False))
    assert (full.state, full.reason) == (HealthState.UNHEALTHY, "takes no writes: an alarm")
