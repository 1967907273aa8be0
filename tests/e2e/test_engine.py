"""The normal run: tasks called by a user's program, real workers, and what came of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from core.message import ACTIVE, Content, State
from sandbox.faults import BLOCKED_USER, FLOODED_ONCE
from tests.servers.book import Counts
from tests.servers.caller import Caller, CallFailed
from tests.servers.judge import judge
from tests.servers.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHANNEL = -1001234567890
RESULT_KEYS = [
    "id",
    "state",
    "chat_id",
    "message_id",
    "message_ids",
    "attempts",
    "sent_at",
    "late_ms",
]
LATE_WITHIN_S = 3.0


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)],
)
async def stack(request: pytest.FixtureRequest) -> AsyncIterator[Stack]:
    """Telegram's own limits, enforced by the sandbox; each test has chats of its own."""
    url = ""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_server").create_database("engine")
    async with Stack(workers=1, database_url=url) as running:
        yield running
        assert (await running.sandbox.stats())["over_limit"] == 0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def caller(stack: Stack) -> Caller:
    return await stack.start_caller()


async def test_a_message_is_sent_now_and_its_result_says_how(stack: Stack, caller: Caller) -> None:
    result = await caller.get(await caller.delay(11, "now"))
    assert list(result) == RESULT_KEYS
    [receipt] = await stack.sandbox.receipts(chat_id=11)
    row = await stack.book.row("now")
    assert result == {
        "id": row.id,
        "state": "sent",
        "chat_id": 11,
        "message_id": receipt.message_id,
        "message_ids": [receipt.message_id],
        "attempts": 1,
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "late_ms": row.late_ms,
    }


async def test_a_countdown_and_an_eta_are_kept_and_never_early(
    stack: Stack, caller: Caller
) -> None:
    eta = datetime.now(UTC) + timedelta(seconds=2.5)
    tasks = [
        await caller.apply([21, "countdown"], countdown=1),
        await caller.apply([22, "eta"], eta=eta.isoformat()),
        await caller.apply([23, "at once"], countdown=0),
    ]
    results = [await caller.get(task) for task in tasks]
    assert [result["state"] for result in results] == ["sent"] * 3
    assert (await stack.book.row("eta")).wanted_at == eta
    for chat_id, text in ((21, "countdown"), (22, "eta"), (23, "at once")):
        await check_punctual(stack, chat_id, text)


async def test_one_key_is_one_message_whoever_asks_and_however_often(
    stack: Stack, caller: Caller
) -> None:
    other = await stack.start_caller()
    key = {"idempotency_key": "order 7"}
    tasks = [await each.delay(31, "once", **key) for each in (caller, other, caller)]
    results = [await caller.get(task) for task in tasks]
    assert results[0] == results[1] == results[2]
    assert len(await stack.sandbox.receipts(chat_id=31)) == 1
    with pytest.raises(CallFailed, match="KeyConflict"):
        await other.delay(31, "something else", **key)


async def test_html_photos_albums_and_copies_go_out_as_such(stack: Stack, caller: Caller) -> None:
    post = await stack.sandbox.post("messages", chat=str(CHANNEL), text="to be copied")
    copy = {"copy_from_chat_id": CHANNEL, "copy_message_id": post["message_id"]}
    photos = [{"type": "photo", "media": f"https://example.org/{n}.jpg"} for n in range(3)]
    tasks = [
        await caller.delay(41, "<b>bold</b>", parse_mode="HTML"),
        await caller.delay(42, "caption", photo="https://example.org/1.jpg"),
        await caller.delay(43, "album", media=photos),
        await caller.delay(44, **copy),
    ]
    results = [await caller.get(task) for task in tasks]
    methods = [(await whole(stack, chat_id))[0]["method"] for chat_id in (41, 42, 43, 44)]
    assert methods == ["sendMessage", "sendPhoto", "sendMediaGroup", "copyMessage"]
    [bold] = await whole(stack, 41)
    assert bold["message"]["text"] == "bold"
    assert bold["message"]["entities"] == [{"type": "bold", "offset": 0, "length": 4}]
    album = await whole(stack, 43)
    assert results[2]["message_ids"] == [each["message_id"] for each in album]
    assert len(album) == 3


async def test_bad_input_is_refused_in_the_callers_process(stack: Stack, caller: Caller) -> None:
    before = len(await stack.book.rows())
    with pytest.raises(CallFailed, match="InvalidContent"):
        await caller.delay(51, "<b>unclosed", parse_mode="HTML")
    with pytest.raises(CallFailed, match="InvalidInput"):
        await caller.delay(51, "text", photos="one too many letters")
    assert len(await stack.book.rows()) == before


async def test_a_refusal_for_good_is_raised_to_whoever_asks_for_the_result(
    stack: Stack, caller: Caller
) -> None:
    task = await caller.delay(BLOCKED_USER, "unwanted")
    with pytest.raises(CallFailed, match=r"MessageRejected: .*blocked"):
        await caller.get(task)
    row = await stack.book.row("unwanted")
    assert (row.state, row.reason, row.attempts) == (State.FAILED, "blocked", 1)


async def test_a_flood_is_waited_for_and_costs_no_attempt(stack: Stack, caller: Caller) -> None:
    result = await caller.get(await caller.delay(FLOODED_ONCE, "flooded"))
    assert (result["state"], result["attempts"]) == ("sent", 1)
    row = await stack.book.row("flooded")
    assert [attempt.outcome for attempt in row.history] == ["flooded", "sent"]
    assert row.history[1].started_at - row.history[0].ended_at >= timedelta(seconds=1)


async def test_a_waiting_task_is_in_retry_and_says_until_when(stack: Stack, caller: Caller) -> None:
    task = await caller.apply([81, "next year"], countdown=3600)
    told = await caller.state(task)
    row = await stack.book.row("next year")
    assert told["state"] == "RETRY"
    assert f"message {row.id} is scheduled, next tried at {row.due_at.isoformat()}" in told["text"]


async def test_a_task_hears_of_a_message_that_somebody_else_ends(
    stack: Stack, caller: Caller
) -> None:
    task = await caller.apply([82, "called off"], countdown=3600)
    row = await stack.book.row("called off")
    await stack.book.ledger.desk.cancel(row.id)
    with pytest.raises(CallFailed, match="MessageCancelled"):
        await caller.get(task)
    assert await stack.sandbox.receipts(chat_id=82) == []


async def test_a_task_sent_by_its_name_delivers(stack: Stack, caller: Caller) -> None:
    result = await caller.get(await caller.send_task([91, "by name"]))
    assert (result["state"], len(await stack.sandbox.receipts(chat_id=91))) == ("sent", 1)


async def test_what_is_not_sent_in_time_is_not_sent_at_all(stack: Stack, caller: Caller) -> None:
    # One chat alone: a flood of two would hold the bot.
    await stack.sandbox.post("faults", kind="flood", chat=92, retry_after=60)
    tasks = [
        await caller.apply([92, "called"], expires=2),
        await caller.send_task([92, "by name"], expires=2),
    ]
    for task in tasks:
        with pytest.raises(CallFailed, match="MessageExpired"):
            await caller.get(task)


async def test_a_broadcast_reaches_each_chat_once_and_called_again_goes_on(
    stack: Stack, caller: Caller
) -> None:
    chats = [1000 + n for n in range(60)]
    key = {"idempotency_key": "news"}
    first = await caller.apply(["news", [*chats[:40], *chats[:5]]], key, "scheduled_broadcast")
    told = await caller.get(first)
    again = await caller.get(await caller.apply(["news", chats], key, "scheduled_broadcast"))
    assert (told["total"], told["created"]) == (40, 40)
    assert again == {"broadcast_id": told["broadcast_id"], "total": 60, "created": 20}
    broadcast = told["broadcast_id"]
    await stack.book.until({State.SENT: 60}.__eq__, 15, "broadcast", broadcast)
    news = [each.chat_id for each in await stack.sandbox.receipts() if each.text == "news"]
    assert sorted(news, key=int) == [str(chat_id) for chat_id in chats]


async def test_fifty_messages_over_five_seconds_leave_on_time(stack: Stack) -> None:
    for n in range(50):
        await stack.book.schedule(f"timed {n}", 2000 + n, in_s=2 + n / 10)
    late_s = sorted([await check_punctual(stack, 2000 + n, f"timed {n}") for n in range(50)])
    print(f"late: median {late_s[25] * 1000:.1f} ms, worst {late_s[-1] * 1000:.1f} ms")


async def test_more_than_the_limits_let_through_is_sent_with_no_429(stack: Stack) -> None:
    before = await stack.sandbox.stats()
    for n in range(100):
        await stack.book.schedule(f"crowd {n}", 3000 + n)
    for n in range(4):
        await stack.book.schedule(f"chat {n}", 3500)
    for n in range(2):
        await stack.book.schedule(f"channel {n}", CHANNEL)
    await stack.sandbox.receipts(before["accepted"] + 106, 30)
    after = await stack.sandbox.stats()
    assert after["floods"] == before["floods"]


async def test_in_the_end_ledger_and_receipts_agree_on_every_message(stack: Stack) -> None:
    await stack.book.until(all_but_one_ended, 20, "all but one ended")
    rows = [row for row in await stack.book.rows() if is_plain(row.content)]
    chats = {row.chat_id for row in rows}
    receipts = [each for each in await stack.sandbox.receipts() if each.chat_id in chats]
    verdict = judge(rows, receipts)
    assert (verdict.lost, verdict.doubled, verdict.astray) == ([("81", "next year")], {}, [])


def all_but_one_ended(counts: Counts) -> bool:
    return sum(counts.get(state, 0) for state in ACTIVE) == 1


def is_plain(content: Content) -> bool:
    """Whether its text arrives as it was written, so that a receipt tells whose it is."""
    return content.params.keys() == {"text"}


async def whole(stack: Stack, chat_id: int) -> list[dict[str, Any]]:
    """The receipts of one chat, with all that was sent."""
    answer = await stack.sandbox.get("receipts", chat=chat_id)
    receipts: list[dict[str, Any]] = answer["receipts"]
    return receipts


async def check_punctual(stack: Stack, chat_id: int, text: str) -> float:
    """It was received once, never early and not very late; how late."""
    [receipt] = await stack.sandbox.receipts(1, 15, chat_id)
    late_s = receipt.received_at - (await stack.book.row(text)).wanted_at.timestamp()
    assert 0 <= late_s < LATE_WITHIN_S
    return late_s
