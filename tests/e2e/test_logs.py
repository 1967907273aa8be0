"""The logs of a worker and of Beat, written for programs: every line, whatever happens.

The faults are the sandbox's own, see sandbox/faults.py.
"""

import json
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil
import pytest

from sandbox.faults import (
    BLOCKED_USER,
    CUT_AFTER_ONCE,
    ERROR_ONCE,
    HELD_CHAT,
    MIGRATED_CHAT,
    MISSING_CHAT,
)
from tests.e2e.running import Up
from tests.servers.command_line import called
from tests.servers.program import Program
from tests.servers.stack import TOKEN, Stack

ENDED_WITHIN_S = 60.0
TROUBLES = (BLOCKED_USER, CUT_AFTER_ONCE, ERROR_ONCE, -MIGRATED_CHAT, MISSING_CHAT)
LEAKING = 77
IN_JSON = {"LOG_FORMAT": "json", "SEND_RETRY_DELAY": "0.1"}

Lines = list[dict[str, Any]]


async def test_every_line_is_json_and_has_the_ids_of_what_it_is_about() -> None:
    async with Stack(workers=1, beats=1, settings=IN_JSON) as stack:
        description = f"Forbidden: {TOKEN} at http://u:{TOKEN}@h"
        fault = {"kind": "blocked", "chat": LEAKING, "description": description}
        await stack.sandbox.post("faults", **fault)
        caller = await stack.start_caller()
        posts = [await caller.delay(chat, "text") for chat in (1, *TROUBLES, LEAKING)]
        chats = [2, BLOCKED_USER + 1000]
        broadcast = await caller.apply(["text", chats], task="scheduled_broadcast")
        broadcast_id = (await caller.get(broadcast))["broadcast_id"]
        worker = next(each for each in stack.programs if each.name.startswith("worker"))
        await worker.logged(f"broadcast {broadcast_id} is completed", ENDED_WITHIN_S)
        await caller.delay(HELD_CHAT, "text")
        await stack.sandbox.held(1)
        for child in psutil.Process(worker.pid).children():
            child.kill()
        await worker.logged("Task handler raised error: WorkerLostError", ENDED_WITHIN_S)
        for program in stack.programs[1:]:
            program.terminate()
        logs = [await lines(program) for program in stack.programs[1:]]
    told = [line for log in logs for line in log]
    assert {line["role"] for line in told} == {"worker", "beat"}
    assert TOKEN not in json.dumps(told)
    of_worker = [line for line in told if line["role"] == "worker"]
    _tasks_are_named(of_worker, posts)
    _lost_tasks_are_named(of_worker)
    _messages_are_named(of_worker)
    _the_broadcast_is_named(of_worker, broadcast_id)


def _tasks_are_named(told: Lines, posts: Iterable[str]) -> None:
    """By the parent, which receives them, and by the child, which runs them."""
    of_tasks = [line for line in told if line["message"].startswith("Task ")]
    assert of_tasks
    assert all(line["task_id"] for line in of_tasks)
    processes = {line["process"] == "MainProcess" for line in of_tasks}
    assert processes == {True, False}
    assert set(posts) <= {line["task_id"] for line in of_tasks}
    own = [line for line in told if line["logger"] in ("core.attempts", "infra.celery.tasks")]
    assert own
    assert all(line["task"].startswith("infra.celery.tasks.") for line in own)


def _lost_tasks_are_named(told: Lines) -> None:
    """By the parent: whichever of the children had the message, and whatever task the others."""
    lost = [line["task_id"] for line in told if line["message"].startswith("Task handler")]
    received = {line["task_id"] for line in told if line["message"].endswith(" received")}
    assert lost
    assert set(lost) <= received


def _messages_are_named(told: Lines) -> None:
    attempts = [line for line in told if line["logger"] == "core.attempts"]
    assert len(attempts) >= len(TROUBLES) + 2
    for line in attempts:
        assert line["message"].startswith(f"message {line['message_id']}: ")
        assert line["chat_id"]
    ended = [line for line in told if line["logger"] == "celery.app.trace"]
    sent = [line for line in ended if "send_message_task" in line["message"]]
    assert len(sent) >= len(TROUBLES) + 2
    assert all(line["message_id"] for line in sent)
    batches = [line for line in told if line["message"].startswith("delivers messages")]
    assert {id_ for line in batches for id_ in line["message_ids"]} >= {3, 4}


def _the_broadcast_is_named(told: Lines, broadcast_id: int) -> None:
    of_it = [line for line in told if line.get("broadcast_id") == broadcast_id]
    words = {line["message"].partition(":")[0].split()[0] for line in of_it}
    assert words == {"broadcast", "message"}
    assert all("broadcast_id" not in line for line in told if line.get("chat_id") == "404")


async def lines(program: Program) -> Lines:
    """All that it wrote, once it has ended."""
    await program.ended(ENDED_WITHIN_S)
    text = program.log()
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.slow
def test_up_starts_everything_and_tells_what_is_serious_in_json_too(tmp_path: Path) -> None:
    everything = {"BOT_ENABLED": "true", "API_ENABLED": "true"}
    with Up(tmp_path, LOG_FORMAT="json", **everything) as up:
        up.until_told("bot: listens now")
        up.asked("faults", kind="bad_token", method="sendMessage", count=1)
        called(["send", "5", "text", "--timeout", "0"], tmp_path)
        up.until_told("worker: Telegram refuses the bot's token (401): nothing is sent meanwhile")
        up.end(signal.SIGINT)
        for name in ("worker", "beat", "api", "bot"):
            text = (tmp_path / "var" / "log" / f"{name}.log").read_text()
            told = [json.loads(line) for line in text.splitlines()]
            assert {line["role"] for line in told} == {name}
