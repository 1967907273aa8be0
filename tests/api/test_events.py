"""The stream of events: what happens in the ledger is told, once, and to all who listen."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy import delete, event, insert, select

from apps.api.events import event_stream, feed, streams
from core.health import Health, HealthState, Part
from core.outcome import Sent
from core.scope import Scope
from infra.db.health import HealthBook
from infra.db.tables import messages
from tests.api.listening import EVENTS, Listener, listening
from tests.api.web import BOT_ID, Asker, Web
from tests.integration.broadcast_bench import BroadcastBench
from tests.integration.conftest import soon

EVERY_S = 0.1


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks follow each other ten times as fast, where the time is not what is tested."""
    if "web_on_either" not in request.fixturenames:
        monkeypatch.setattr(feed, "EVERY_S", EVERY_S)


def bench_of(web: Web) -> BroadcastBench:
    return BroadcastBench(web.office.database, BOT_ID)


async def deliver(bench: BroadcastBench) -> None:
    (claim,) = await bench.claim()
    await bench.end(await bench.mark(claim), Sent((1,)))


async def test_a_post_is_told_when_it_comes_and_when_it_was_sent(web_on_either: Web) -> None:
    bench = bench_of(web_on_either)
    async with web_on_either.with_key(Scope.READ) as asker, listening(asker) as listener:
        assert listener.answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert listener.answer.headers["Cache-Control"] == "no-store"
        assert listener.answer.headers["X-Accel-Buffering"] == "no"
        message_id = await bench.schedule(chat_id="-1001")
        async with asyncio.timeout(2):
            await listener.until(lambda one: one.states(message_id) == ["scheduled"])
        await deliver(bench)
        async with asyncio.timeout(2):
            await listener.until(lambda one: one.states(message_id)[-1:] == ["sent"])
        told = listener.told[-1]
    assert (told.topic, told.data["chat_id"], told.data["text"]) == ("message", "-1001", "hello")
    assert told.data["late_ms"] is not None


async def test_a_post_of_long_ago_is_told_when_it_is_moved_or_cancelled(
    web: Web, api: Asker
) -> None:
    bench = bench_of(web)
    message_id = await bench.schedule(due_at=soon(3600))
    async with listening(api) as listener:
        await bench.ledger.desk.reschedule(message_id, soon(7200))
        await listener.until(lambda one: one.states(message_id) == ["scheduled"])
        await bench.ledger.desk.cancel(message_id)
        await listener.until(lambda one: one.states(message_id) == ["scheduled", "cancelled"])


async def test_nothing_is_lost_or_doubled_across_a_reconnect(web: Web, api: Asker) -> None:
    bench = bench_of(web)
    seen: list[tuple[int, str]] = []
    last_id = ""
    for number in range(4):
        async with listening(api, last_id) as listener:
            first = await bench.schedule(f"{number} while there")
            await listener.until(lambda one, id_=first: bool(one.states(id_)))  # type: ignore[misc]
            last_id = listener.last_id
        seen += [(each.data["id"], each.data["state"]) for each in listener.told]
        await bench.schedule(f"{number} while away", chat_id="2")
        if number == 2:
            await nobody_looks(web)
    async with listening(api, last_id) as listener:
        marker = await bench.schedule("last")
        await listener.until(lambda one: bool(one.states(marker)))
    seen += [(each.data["id"], each.data["state"]) for each in listener.told]
    assert seen == [(number, "scheduled") for number in range(1, 10)]


async def test_after_a_restart_posts_that_ended_meanwhile_are_told(web: Web, api: Asker) -> None:
    bench = bench_of(web)
    async with listening(api) as listener:
        last_id = listener.last_id
    sent = await bench.schedule()
    await deliver(bench)
    web.office.feed = type(web.office.feed)(
        type(web.office.feed._watch)(web.office.database, BOT_ID, web.office.paces)
    )
    async with listening(api, last_id) as listener:
        assert listener.states(sent) == ["sent"]
        assert int(listener.last_id) >= listener.told[-1].id


async def test_a_commit_that_is_seen_late_is_told_nevertheless(web: Web, api: Asker) -> None:
    bench = bench_of(web)
    message_id = await bench.schedule(due_at=soon(3600))
    await bench.schedule("of a later number", due_at=soon(3600))
    this = messages.c.id == message_id
    async with bench.database.writing() as connection:
        row = dict((await connection.execute(select(messages).where(this))).mappings().one())
        await connection.execute(delete(messages).where(this))
    async with listening(api, topics="message") as listener:
        marker = await bench.schedule("marker", chat_id="3")
        await listener.until(lambda one: bool(one.states(marker)))
        ended = {"state": "cancelled", "ended_at": soon(-5 * EVERY_S)}
        async with bench.database.writing() as connection:
            await connection.execute(insert(messages).values(row | ended))
        await listener.until(lambda one: one.states(message_id) == ["cancelled"])


async def test_of_a_broadcast_only_its_tally_is_told(web: Web, api: Asker) -> None:
    bench = bench_of(web)
    async with listening(api) as listener:
        broadcast_id = await bench.running(3, name="News")
        await bench.deliver(Sent((1,)), Sent((2,)))
        await listener.until(lambda one: tallies(one)[-1:] == [("running", 3, 2)])
        await bench.ledger.broadcasts.pause(broadcast_id)
        await listener.until(lambda one: tallies(one)[-1:] == [("paused", 3, 2)])
        assert {each.topic for each in listener.told} == {"broadcast"}
        assert listener.told[-1].data["name"] == "News"


def tallies(listener: Listener) -> list[tuple[Any, ...]]:
    facts = (each.data for each in listener.told if each.topic == "broadcast")
    return [(each["state"], each["total"], each["sent"]) for each in facts]


async def test_health_is_told_where_it_changes(web: Web, api: Asker) -> None:
    book = HealthBook(web.office.database, BOT_ID)
    async with listening(api, topics="health,broadcast") as listener:
        await bench_of(web).schedule()
        part = Part("beat", HealthState.DEGRADED, "it is late")
        await book.record(Health((part,), soon(0), 1))
        await listener.until(lambda one: bool(one.told))
        await book.record(Health((part,), soon(0), 1))
        await asyncio.sleep(3 * EVERY_S)
    (told,) = listener.told
    assert told.topic == "health"
    assert told.data == {
        "state": "degraded",
        "parts": {"beat": {"state": "degraded", "reason": "it is late"}},
    }


async def test_fifty_streams_cost_as_many_questions_as_one(web: Web, api: Asker) -> None:
    asked: list[str] = []
    async with AsyncExitStack() as stack:
        askers = [await stack.enter_async_context(web.with_key(Scope.READ)) for _ in range(5)]
        first = await stack.enter_async_context(listening(askers[0]))
        alone = await questions(web, asked)
        others = [asker for asker in askers for _ in range(10)][1:]
        listeners = [await stack.enter_async_context(listening(asker)) for asker in others]
        assert len(web.office.feed.streams) == 50
        together = await questions(web, asked)
        message_id = await bench_of(web).schedule()
        for each in (first, *listeners):
            await each.until(lambda one: bool(one.states(message_id)))
    assert 30 <= together <= alone + 4  # the time may hold one look more


async def questions(web: Web, asked: list[str]) -> int:
    """How many statements ten looks cost."""
    engine = web.office.database._reader.sync_engine

    def count(*arguments: Any) -> None:
        asked.append(arguments[2])

    asked.clear()
    event.listen(engine, "before_cursor_execute", count)
    await asyncio.sleep(10.5 * EVERY_S)
    event.remove(engine, "before_cursor_execute", count)
    return sum(1 for each in asked if each.lstrip().startswith("SELECT"))


async def test_a_slow_reader_is_let_go_and_comes_back_for_the_rest(
    web: Web, api: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "QUEUED", 3)
    bench = bench_of(web)
    async with listening(api) as listener:
        for number in range(8):
            await bench.schedule(f"{number}")
        await listener.until(lambda one: bool(one.comments))
        assert listener.comments == ["too slow; come back for the rest"]
        assert not await listener.read()
    async with listening(api, listener.last_id) as again:
        told = [each.data["id"] for each in (*listener.told, *again.told)]
        assert told == list(range(1, 9))


async def test_one_caller_has_so_many_streams_and_no_more(
    web: Web, api: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_OF_ONE", 1)
    async with listening(api), web.with_key(Scope.READ) as other:
        answer = await api.get(EVENTS)
        assert (answer.status, "Retry-After" in answer.headers) == (429, True)
        monkeypatch.setattr(streams, "MOST", 1)
        answer = await other.get(EVENTS)
        assert (answer.status, "Retry-After" in answer.headers) == (503, True)
    await until_nobody_listens(web)
    async with listening(api):
        pass


async def test_a_stream_ends_when_its_key_is_revoked(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "CHECK_S", 0.1)
    monkeypatch.setattr(event_stream, "BEAT_S", 0.1)
    async with web.with_key(Scope.READ) as asker, listening(asker) as listener:
        await listener.until(lambda one: one.comments == ["beat", "beat"])
        (key,) = await web.office.keys.listed()
        await web.office.keys.revoke(key.id)
        await listener.until(lambda one: one.comments[-1] == "the key or the session is over")
        assert not await listener.read()


async def test_streams_end_at_once_when_the_server_stops(web: Web, api: Asker) -> None:
    async with listening(api) as listener:
        web.server.should_exit = True
        async with asyncio.timeout(0.9):
            await listener.until(lambda one: one.comments == ["the server stops"])
            assert not await listener.read()


async def test_nobody_listens_without_a_key_and_what_is_asked_must_make_sense(
    web: Web, api: Asker
) -> None:
    async with web.nobody() as nobody:
        assert (await nobody.get(EVENTS)).status == 401
    answer = await api.get(EVENTS, params={"topics": "gossip"})
    assert (answer.status, answer.fields) == (422, {"topics"})
    answer = await api.get(EVENTS, headers={"Last-Event-ID": "x" * 50})
    assert (answer.status, answer.fields) == (422, {"Last-Event-ID"})
    async with listening(api, "1"), listening(api, "9" * 18):
        pass


async def until_nobody_listens(web: Web) -> None:
    async with asyncio.timeout(2):
        while web.office.feed.streams:
            await asyncio.sleep(0.01)


async def nobody_looks(web: Web) -> None:
    async with asyncio.timeout(3):
        while web.office.feed._task is not None:
            await asyncio.sleep(0.02)
