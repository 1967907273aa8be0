"""Messages by any filter: the pages together are all that fit, whatever happens between them."""

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from core.errors import InvalidInput
from core.message import ACTIVE, FINAL, POSTS, OnUncertain, State
from infra.db import listing_walk
from infra.db.engine import Database
from infra.db.listing import Listing, Place, Wanted
from infra.db.new_rows import new_row
from infra.db.tables import broadcasts, messages
from tests.integration.conftest import BOT, Bench, request

START = datetime(2026, 3, 1, tzinfo=UTC)
CHATS = ("-1001", "-1002", "@news", "55")
REASONS = (None, "blocked", "content", "timeout")
TEXTS = ("Hello, world", "ПРИВЕТ всем", "Straße 5%", "a_b", "")


def rows_of(count: int, seed: int) -> list[dict[str, Any]]:
    """Posts of this bot and of another, some of them a recurrence's; no two of one occurrence."""
    draw, made = random.Random(seed), []
    for n in range(count):
        state = draw.choice(list(State))
        at = START + timedelta(hours=draw.randrange(48))
        series_id = draw.choice((None, None, 3))
        row = new_row(
            draw.choice((BOT, BOT, BOT, BOT, 8)),
            POSTS,
            cost=1,
            when=at,
            on_uncertain=OnUncertain.PARK,
            max_attempts=3,
            expires_at=None,
        )
        made.append(
            row
            | {
                "key": f"{seed}-{n}",
                "chat_id": draw.choice(CHATS),
                "content": content(draw.choice(TEXTS)),
                "state": state.value,
                "created_at": START,
                "series_id": series_id,
                "occurrence_at": at + timedelta(seconds=100 * seed + n)
                if series_id and n % 5
                else None,
            }
            | standing(state, at, draw)
        )
    return made


def standing(state: State, at: datetime, draw: random.Random) -> dict[str, Any]:
    """What a row of that state has besides."""
    reason = draw.choice(REASONS) if state is not State.SENT else None
    ended_at = at + timedelta(minutes=draw.randrange(60)) if state in FINAL else None
    in_hand = state in (State.QUEUED, State.SENDING)
    return {"reason": reason, "ended_at": ended_at, "lease_until": at if in_hand else None}


def content(text: str) -> dict[str, Any]:
    if text.startswith("Straße"):
        media = [{"type": "photo", "media": "x"}, {"type": "photo", "media": "y", "caption": text}]
        return {"method": "sendMediaGroup", "params": {"media": media}}
    return {"method": "sendMessage", "params": {"text": text}}


async def fill(database: Database, bench: Bench) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(messages), rows_of(90, 1))
    for key, text in (("first", "Hello to all"), ("second", "Something else")):
        asked = request(key, "", content=replace(request().content, params={"text": text}))
        await bench.ledger.intake.schedule_broadcast(asked, [*CHATS, "77", "78"])
    await move_some(database, 2)


async def move_some(database: Database, seed: int) -> None:
    """Broadcasts' rows into every state."""
    draw = random.Random(seed)
    async with database.writing() as connection:
        query = select(messages.c.id).where(messages.c.broadcast_id != POSTS)
        for row_id in await connection.scalars(query):
            state = draw.choice(list(State))
            values = {"state": state.value, **standing(state, START, draw)}
            these = update(messages).where(messages.c.id == row_id)
            await connection.execute(these.values(**values))


async def all_rows(database: Database) -> dict[int, Any]:
    shared = broadcasts.c.content.label("shared")
    query = select(messages, shared).outerjoin(
        broadcasts, broadcasts.c.id == messages.c.broadcast_id
    )
    async with database.reading() as connection:
        return {row.id: row for row in await connection.execute(query)}


def fits(row: Any, wanted: Wanted) -> bool:
    """As plainly as it can be said."""
    params = (row.content or row.shared)["params"]
    text = params.get("text") or next(
        (each["caption"] for each in params.get("media", ()) if "caption" in each), ""
    )
    in_time = wanted.since or wanted.until
    of_posts = in_time and not wanted.chat_id and None is wanted.broadcast_id is wanted.series_id
    return all(
        (
            row.bot_id == BOT,
            not wanted.states or State(row.state) in wanted.states,
            not wanted.chat_id or row.chat_id == wanted.chat_id,
            wanted.broadcast_id in (None, row.broadcast_id),
            wanted.series_id in (None, row.series_id),
            wanted.reason in (None, row.reason or ""),
            wanted.since is None or row.wanted_at >= wanted.since,
            wanted.until is None or row.wanted_at < wanted.until,
            wanted.q.casefold() in text.casefold(),
            not of_posts or row.broadcast_id == POSTS,
        )
    )


async def joined(database: Database, wanted: Wanted, limit: int = 7) -> list[int]:
    found: list[int] = []
    place: Place | None = None
    for _ in range(200):
        page = await Listing(database, BOT).page(wanted, limit, place)
        assert len(page.items) <= limit
        found += [message.id for message in page.items]
        if (place := page.next) is None:
            return found
    raise AssertionError("it never ends")


def a_filter(draw: random.Random, broadcast_ids: list[int]) -> Wanted:
    """Each of its parts is there in a third of the draws."""

    def perhaps(value: Any, otherwise: Any) -> Any:
        return value if draw.randrange(3) == 0 else otherwise

    since = START + timedelta(hours=draw.randrange(40))
    kinds = [list(State), list(ACTIVE), list(FINAL - {State.SENT})]
    kind = sorted(draw.choice(kinds))
    return Wanted(
        states=perhaps(draw.sample(kind, draw.randrange(1, len(kind) + 1)), ()),
        chat_id=perhaps(draw.choice(CHATS), ""),
        broadcast_id=perhaps(draw.choice([POSTS, *broadcast_ids]), None),
        series_id=perhaps(3, None),
        reason=perhaps(draw.choice(["", "blocked", "timeout"]), None),
        since=perhaps(since, None),
        until=perhaps(since + timedelta(hours=9), None),
        q=perhaps(draw.choice(["HELLO", "привет", "STRASSE 5%", "_", "else"]), ""),
    )


@pytest.fixture
async def filled(database: Database, bench: Bench) -> Database:
    await fill(database, bench)
    return database


async def test_pages_joined_are_all_that_fit_and_none_twice(filled: Database) -> None:
    rows, draw = await all_rows(filled), random.Random(5)
    ids = sorted({row.broadcast_id for row in rows.values()} - {POSTS})
    each_state = [Wanted(states=[state]) for state in State]
    drawn = [a_filter(draw, ids) for _ in range(30)]
    met = 0
    for wanted in (Wanted(), *each_state, *drawn):
        found = await joined(filled, wanted, draw.choice((1, 3, 7, 50)))
        should = {row.id for row in rows.values() if fits(row, wanted)}
        assert sorted(found) == sorted(should), wanted
        met += bool(found)
    assert met > 14


async def test_pages_that_are_searched_bit_by_bit_lose_nothing(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing_walk, "MOST_ROWS", 4)
    rows, draw = await all_rows(filled), random.Random(6)
    ids = sorted({row.broadcast_id for row in rows.values()} - {POSTS})
    for wanted in [a_filter(draw, ids) for _ in range(8)]:
        found = await joined(filled, wanted, 3)
        assert sorted(found) == sorted(i for i, row in rows.items() if fits(row, wanted)), wanted


@pytest.mark.parametrize("states", [(), (State.FAILED,), (State.SENT,), (State.SCHEDULED,)])
async def test_what_stays_is_met_once_while_others_come_and_end(
    filled: Database, states: tuple[State, ...]
) -> None:
    wanted, before = Wanted(states=states), await all_rows(filled)
    found: list[int] = []
    place: Place | None = None
    for seed in itertools.count(10):
        page = await Listing(filled, BOT).page(wanted, 5, place)
        found += [message.id for message in page.items]
        if (place := page.next) is None:
            break
        await come_and_end(filled, seed)
    after = await all_rows(filled)
    stayed = {i for i, row in before.items() if fits(row, wanted) and fits(after[i], wanted)}
    assert stayed <= set(found)
    assert len(found) == len(set(found))


async def come_and_end(database: Database, seed: int) -> None:
    now = datetime.now(UTC)
    active = [state.value for state in ACTIVE]
    this = select(messages.c.id).where(messages.c.state.in_(active)).limit(1).scalar_subquery()
    ended = {"state": "sent", "reason": None, "ended_at": now, "lease_until": None}
    async with database.writing() as connection:
        await connection.execute(insert(messages), rows_of(3, seed))
        await connection.execute(update(messages).where(messages.c.id == this).values(**ended))


async def test_what_waits_comes_soonest_first_and_all_else_newest_first(
    filled: Database,
) -> None:
    rows = await all_rows(filled)
    waiting = await joined(filled, Wanted(states=[State.SCHEDULED, State.QUEUED]))
    places = [(rows[i].broadcast_id, rows[i].lane, rows[i].due_at, i) for i in waiting]
    assert places == sorted(places)
    for wanted in (Wanted(), Wanted(states=[State.FAILED, State.EXPIRED]), Wanted(chat_id="55")):
        found = await joined(filled, wanted)
        assert found == sorted(found, reverse=True)
    ended = await joined(filled, Wanted(states=[State.SENT]))
    times = [rows[i].ended_at for i in ended]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize(
    "place",
    [
        ("due", "", 1),
        ("all",),
        ("all", "", "x"),
        ("all", 1, 1),
        ("all", "", 1, 2),
        ("time", "", 2**62, 1),
        ("lanes", "", 2**40, 0, 1),
    ],
)
async def test_a_place_of_another_list_is_refused(database: Database, place: Place) -> None:
    ways = {"time": Wanted(since=START), "lanes": Wanted((State.SCHEDULED,), broadcast_id=1)}
    wanted = ways.get(str(place[0]), Wanted())
    with pytest.raises(InvalidInput, match="cursor"):
        await Listing(database, BOT).page(wanted, 5, place)
