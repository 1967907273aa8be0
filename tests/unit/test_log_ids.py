"""A line has the ids of what it is about, and nobody else's."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from core.outcome import Rejected
from infra.celery.loop import LoopThread
from infra.grouping import Grouped
from infra.log_ids import about, also_about, ids_of
from tests.unit.delivery_stage import Stage, claim

log = logging.getLogger(__name__)


class Seen(logging.Handler):
    """The ids of each line, as they are when it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.ids.append(ids_of(record))


@pytest.fixture
def seen() -> Iterator[list[dict[str, Any]]]:
    handler, root = Seen(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler.ids
    root.removeHandler(handler)
    root.setLevel(level)


async def test_what_is_begun_in_a_task_has_its_id_and_what_comes_after_it_has_not(
    seen: list[dict[str, Any]],
) -> None:
    async def work(name: str) -> None:
        log.info("works")
        also_about(message_id=len(name))
        await asyncio.sleep(0)
        log.info("works on")

    with about(task_id="a"):
        begun = [asyncio.create_task(work("one")), asyncio.create_task(work("three"))]
    log.info("outside")
    await asyncio.gather(*begun)
    ids = [{"task_id": "a"}] * 2
    assert seen == [{}, *ids, {**ids[0], "message_id": 3}, {**ids[0], "message_id": 5}]


def test_the_loops_thread_has_the_ids_of_whoever_calls_it(seen: list[dict[str, Any]]) -> None:
    async def work() -> None:
        log.info("works")

    loop = LoopThread("test")
    try:
        with about(task_id="a"):
            loop.call(work())
        with about(task_id="b"):
            asyncio.run_coroutine_threadsafe(work(), loop.loop).result()
        loop.call(work())
    finally:
        loop.stop()
    assert seen == [{"task_id": "a"}, {"task_id": "b"}, {}]


async def test_who_writes_for_many_has_the_ids_of_none(seen: list[dict[str, Any]]) -> None:
    async def flush(items: list[int]) -> list[int]:
        log.info("flushed")
        return items

    grouped = Grouped(flush)
    with about(message_id=1):
        await grouped(1)
        log.info("written")
    assert seen == [{}, {"message_id": 1}]


def test_each_line_on_a_delivery_has_its_own_message(seen: list[dict[str, Any]]) -> None:
    stage = Stage()
    for chat in ("a", "b"):
        stage.telegram.takes_s[chat] = 1.0
        stage.telegram.outcomes[chat] = [Rejected("blocked", chat_gone=True)]
    with about(task_id="t"):
        stage.play(claim(1, "a"), claim(2, "b", broadcast_id=9), claim(3, "c"), claim(4, "a"))
    told = {each["message_id"]: each for each in seen}
    assert len(seen) == len(told) == 2
    assert told[1] == {"message_id": 1, "chat_id": "a", "task_id": "t"}
    assert told[2] == {"message_id": 2, "chat_id": "b", "broadcast_id": 9, "task_id": "t"}


def test_an_error_of_a_delivery_is_told_with_the_message_that_it_struck(
    seen: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage()

    async def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(stage.telegram, "send", broken)
    stage.play(claim(5, "a", due_s=1.0))
    assert seen == [{"message_id": 5, "chat_id": "a"}]


def test_what_goes_back_unsent_is_about_no_message_alone(seen: list[dict[str, Any]]) -> None:
    stage = Stage()
    back = stage.ledger.give_back

    async def told(returned: Any) -> None:
        log.info("goes back")
        await back(returned)

    stage.governor.bot_free_s, stage.ledger.give_back = 5.0, told  # type: ignore[method-assign]
    stage.play(claim(1, "a"), claim(2, "b"))
    assert seen == [{}, {}]
