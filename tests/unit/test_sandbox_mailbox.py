"""A bot's updates: none lost, none doubled, whatever it asks for and confirms."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.refusals import Refusal
from sandbox.updates import ASKED_FOR, KINDS, Mailbox

FIRST = 100


def filled(count: int, kept: int = 10_000) -> Mailbox:
    mailbox = Mailbox(FIRST, kept)
    for number in range(count):
        mailbox.add("message", {"n": number})
    return mailbox


async def numbers(mailbox: Mailbox, offset: int = 0, limit: int = 100) -> list[int]:
    return [update["update_id"] for update in await mailbox.fetch(offset, limit, 0)]


async def test_updates_are_numbered_one_by_one() -> None:
    assert await numbers(filled(3)) == [100, 101, 102]


async def test_what_is_not_confirmed_comes_again() -> None:
    mailbox = filled(3)
    assert await numbers(mailbox, limit=2) == [100, 101]
    assert await numbers(mailbox, limit=2) == [100, 101]
    assert await numbers(mailbox, offset=102) == [102]
    assert await numbers(mailbox) == [102]
    assert await numbers(mailbox, offset=103) == []


async def test_a_negative_offset_spares_the_newest() -> None:
    mailbox = filled(5)
    assert await numbers(mailbox, offset=-2) == [103, 104]
    assert await numbers(mailbox) == [103, 104]
    assert await numbers(mailbox, offset=-9) == [103, 104]


async def test_beyond_the_bound_the_oldest_go() -> None:
    assert await numbers(filled(5, kept=3)) == [102, 103, 104]


async def test_some_kinds_are_put_in_only_when_asked_for() -> None:
    mailbox = Mailbox(FIRST)
    for kind in sorted(KINDS):
        mailbox.add(kind, {})
    told = {kind for update in mailbox.pending for kind in update} - {"update_id"}
    assert told == KINDS - ASKED_FOR


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        (None, KINDS - ASKED_FOR),
        ([], KINDS - ASKED_FOR),
        (["nonsense", 5], KINDS - ASKED_FOR),
        (["chat_member", "nonsense"], {"chat_member"}),
        (["inline_query"], set()),
    ],
)
def test_what_is_allowed_is_remembered(asked: list[object] | None, allowed: set[str]) -> None:
    mailbox = Mailbox(FIRST)
    mailbox.allow(asked)
    mailbox.allow(None)
    assert mailbox.allowed == allowed


async def test_an_empty_list_takes_back_what_was_allowed() -> None:
    mailbox = Mailbox(FIRST)
    mailbox.allow(["chat_member"])
    mailbox.add("message", {})
    mailbox.allow([])
    mailbox.add("message", {})
    assert await numbers(mailbox) == [FIRST]


async def test_who_waits_gets_the_first_update_at_once() -> None:
    mailbox = Mailbox(FIRST)
    waiting = asyncio.create_task(mailbox.fetch(0, 100, 30))
    await asyncio.sleep(0)
    mailbox.add("message", {"n": 1})
    assert await waiting == [{"update_id": FIRST, "message": {"n": 1}}]


async def test_a_second_reader_sends_the_first_home() -> None:
    mailbox = Mailbox(FIRST)
    first = asyncio.create_task(mailbox.fetch(0, 100, 30))
    await asyncio.sleep(0)
    second = asyncio.create_task(mailbox.fetch(0, 100, 30))
    with pytest.raises(Refusal, match="terminated by other getUpdates request"):
        await first
    mailbox.add("message", {})
    assert len(await second) == 1


async def test_a_cleared_mailbox_counts_on() -> None:
    mailbox = filled(3)
    mailbox.clear()
    mailbox.add("message", {})
    assert await numbers(mailbox) == [103]


OFFSETS = st.one_of(st.integers(-6, 0), st.integers(FIRST - 2, FIRST + 30))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 5), st.just(0)),
        st.tuples(st.just("fetch"), st.integers(1, 4), OFFSETS),
    ),
    max_size=30,
)


@settings(max_examples=80, deadline=None)
@given(steps=STEPS)
async def test_no_update_is_lost_or_doubled(steps: list[tuple[str, int, int]]) -> None:
    """Each comes in its order, again and again until an offset above it, and then no more."""
    mailbox, next_id = Mailbox(FIRST), FIRST
    waiting: list[int] = []
    for step, number, offset in steps:
        if step == "add":
            for _ in range(number):
                mailbox.add("message", {})
            waiting += range(next_id, next_id + number)
            next_id += number
        else:
            waiting = [n for n in waiting if n >= offset] if offset >= 0 else waiting[offset:]
            assert await numbers(mailbox, offset, number) == waiting[:number]
    assert await numbers(mailbox) == waiting
