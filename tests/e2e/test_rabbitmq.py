"""RabbitMQ as the broker, with quorum queues: a worker, Beat, the sandbox, and what breaks."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from core.diagnosis_servers import BrokerFacts
from core.message import Message, State
from tests.e2e import rabbit
from tests.e2e.test_faults_broker import CALL_WITHIN_S, check_each_sent_once, fill
from tests.servers.process import ServerFailed
from tests.servers.program import ROOT
from tests.servers.rabbitmq import RabbitServer
from tests.servers.stack import UNLIMITED, Stack

pytestmark = pytest.mark.slow

# Of most. Others may share the machine; alone it is a few milliseconds.
LATE_MS = 500.0
BACK_WITHIN_S = 25.0


@pytest.fixture(scope="module")
def rabbitmq() -> Iterator[RabbitServer]:
    try:
        server = RabbitServer()
    except ServerFailed as error:
        pytest.skip(str(error))
    with server:
        yield server


@pytest.fixture
def settings(rabbitmq: RabbitServer) -> dict[str, str]:
    return {"CELERY_BROKER_URL": rabbitmq.url()}


async def test_what_is_due_at_once_and_what_is_due_later_arrives_once_each_in_time(
    rabbitmq: RabbitServer, settings: dict[str, str]
) -> None:
    async with Stack(workers=1, beats=1, rates=UNLIMITED, settings=settings) as stack:
        await stack.book.schedule("warm", 1)
        await stack.book.all_ended(20)
        for n in range(50):
            await stack.book.schedule(f"later {n}", 100 + n, in_s=1 + n * 4 / 49)
        await check_each_sent_once(stack, 51, within_s=15)
        for n in range(200):
            await stack.book.schedule(f"at once {n}", 1000 + n)
        await check_each_sent_once(stack, 251, within_s=15)
        later = late_ms(await stack.book.rows(), "later")
        print(f"50 with ETAs: {told(later)}; 200 at once: ", end="")
        print(told(late_ms(await stack.book.rows(), "at once")))
        assert later[0] >= 0
        assert later[45] < LATE_MS
        found = rabbit.kinds(rabbitmq)
        assert {name: found[name] for name in rabbit.QUEUES} == dict.fromkeys(
            rabbit.QUEUES, ("quorum", True)
        )
        # RabbitMQ 4 refuses what does not last and belongs to no one connection.
        assert all(durable for _, durable in found.values()), found


async def test_calls_return_their_results_and_none_of_them_waits_in_a_worker(
    settings: dict[str, str],
) -> None:
    async with Stack(workers=1, settings=settings) as stack:
        caller = await stack.start_caller()
        now = await caller.delay(99, "now")
        assert (await caller.get(now))["state"] == "sent"
        in_an_hour = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        for n in range(12):  # more than a worker takes at a time
            await caller.send_task([500 + n, "by name, in an hour"], eta=in_an_hour)
        await stack.book.until(lambda c: c.get(State.SCHEDULED) == 12, 20, "all written")
        soon = [await caller.apply([n, f"soon {n}"], countdown=1 + n / 10) for n in range(1, 6)]
        retried = await caller.apply([], task="health_check_task", countdown=0.4)
        results = [await caller.get(each) for each in soon]
        assert [each["state"] for each in results] == ["sent"] * 5
        print("called with countdowns: late by", [each["late_ms"] for each in results], "ms")
        assert all(0 <= each["late_ms"] < LATE_MS for each in results)
        assert (await caller.get(retried))["parts"]
        counts = await stack.book.until(lambda c: c.get(State.SENT) == 6, 10, "all sent")
        assert counts == {State.SCHEDULED: 12, State.SENT: 6}


async def test_a_killed_worker_and_purged_queues_lose_nothing_and_double_nothing(
    rabbitmq: RabbitServer, settings: dict[str, str]
) -> None:
    async with Stack(workers=1, settings=settings) as stack:
        [worker] = stack.running_workers
        # Its parent takes nothing more from the broker; its children go on handing over.
        os.kill(worker.pid, signal.SIGSTOP)
        await fill(stack)
        await rabbit.waiting(rabbitmq, 3)
        assert rabbit.purge(rabbitmq) >= 3
        worker.kill()
        await stack.start_worker()
        await check_each_sent_once(stack, 54, within_s=30)


@pytest.mark.parametrize("how", ["kill", "stop"])
async def test_a_broker_that_is_restarted_with_tasks_running_loses_and_doubles_nothing(
    rabbitmq: RabbitServer, settings: dict[str, str], how: str
) -> None:
    async with Stack(workers=1, beats=1, settings=settings) as stack:
        caller = await stack.start_caller()
        [worker] = stack.running_workers
        await stack.sandbox.post("faults", kind="hold")
        await fill(stack)
        running = await stack.sandbox.held(10)
        await rabbit.unacked(rabbitmq)
        getattr(rabbitmq, how)()
        await stack.sandbox.post("release")
        await worker.logged("Connection to broker lost", 10)
        await stack.book.until(lambda c: c.get(State.SENT, 0) >= len(running), 10, "heard")
        down = await caller.delay(998, "while down")
        assert caller.took_s < CALL_WITHIN_S
        rabbitmq.start()
        began_s = time.monotonic()
        task = await caller.delay(999, "afterwards")
        assert (await caller.get(task, BACK_WITHIN_S))["state"] == "sent"
        print(f"{how}: delay() took {caller.took_s:.1f} s; ", end="")
        print(f"delivering {time.monotonic() - began_s:.1f} s after RabbitMQ was back")
        assert (await caller.get(down))["state"] == "sent"
        await check_each_sent_once(stack, 56, within_s=40)
        assert stack.running_workers == [worker]


async def test_a_call_returns_soon_while_the_broker_is_frozen_or_takes_nothing(
    rabbitmq: RabbitServer, settings: dict[str, str]
) -> None:
    async with Stack(workers=1, settings=settings) as stack:
        caller = await stack.start_caller()
        rabbitmq.pause()
        frozen = await caller.delay(1, "while frozen")
        frozen_s = caller.took_s
        rabbitmq.resume()
        alarm(rabbitmq, "0.00001")
        full = await caller.delay(2, "while its memory is full")
        full_s = caller.took_s
        assert (found := facts(rabbitmq)).write_fault.startswith("an alarm"), found
        await stack.book.schedule("found by the timer", 3)
        await stack.running_workers[0].logged("wait for the broker", 10)
        alarm(rabbitmq, "0.9")
        print(f"delay() took {frozen_s:.1f} s with RabbitMQ frozen, {full_s:.1f} s with it full")
        assert max(frozen_s, full_s) < CALL_WITHIN_S
        await check_each_sent_once(stack, 3, within_s=30)
        assert [(await caller.get(task))["state"] for task in (frozen, full)] == ["sent"] * 2


async def test_what_its_health_tells(rabbitmq: RabbitServer) -> None:
    found = facts(rabbitmq)
    assert (found.write_fault, found.is_redis) == ("", False)
    with rabbitmq.connection() as line:
        channel = line.channel()
        channel.queue_delete("analytics")
        channel.queue_declare("analytics", durable=True, auto_delete=False)
        other = facts(rabbitmq).write_fault
        channel.queue_delete("analytics")
    assert other == "its queue analytics is no quorum queue, delete it while no worker runs"
    assert facts(rabbitmq).write_fault == ""


def facts(server: RabbitServer) -> BrokerFacts:
    """As a process finds them whose broker this RabbitMQ is."""
    ask = (
        "import dataclasses, json; from infra.celery.health_broker import broker_facts; "
        "from infra.celery.celery_app import settings; "
        "print(json.dumps(dataclasses.asdict(broker_facts(settings.broker_url))))"
    )
    settings = {"CELERY_BROKER_URL": server.url(), "DATA_DIR": str(server.folder)}
    done = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=server.folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return BrokerFacts(**json.loads(done.stdout))


def alarm(server: RabbitServer, share: str) -> None:
    """RabbitMQ takes nothing while it uses more than this share of the machine's memory."""
    server.control("set_vm_memory_high_watermark", share)


def late_ms(rows: Sequence[Message], text: str) -> list[float]:
    """Of those whose text begins so, lowest first."""
    found = [row for row in rows if str(row.content.params["text"]).startswith(text)]
    return sorted(row.late_ms for row in found if row.late_ms is not None)


def told(late: Sequence[float]) -> str:
    median, p90 = late[len(late) // 2], late[len(late) * 9 // 10]
    return f"late by {median:.1f} ms (median), {p90:.1f} (p90), {late[-1]:.1f} (most)"
