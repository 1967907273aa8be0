"""In which order a listing is read, and by which index: so that no page reads all there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.message import ACTIVE, FINAL, POSTS, State
from infra.db import broadcast_reasons
from infra.db.broadcast_reasons import UNREACHED
from infra.db.moments import now_of
from infra.db.states import in_state
from infra.db.tables import IS_POST, IS_RECIPIENT, broadcasts, messages

m = messages.c

IN_HAND = (State.QUEUED, State.SENDING)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages; what is empty asks for nothing.

    `reason` "" is for those that have none. `since` and `until` (not itself) look at the time that
    was asked for; with them, and without a chat, a broadcast or a series, only posts are listed.
    `broadcast_id` POSTS is for posts. `q` is looked for in what can be read of the content, in any
    case.
    """

    states: Sequence[State] = ()
    chat_id: str = ""
    broadcast_id: int | None = None
    series_id: int | None = None
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""

    @property
    def waits(self) -> bool:
        return bool(self.states) and ACTIVE.issuperset(self.states)

    @property
    def is_trouble(self) -> bool:
        return bool(self.states) and set(UNREACHED).issuperset(self.states)


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that one index has in order. `keys` are the way's, unless the rows are sorted anew.

    `lead` stands before the keys in the index, and has this one value: as a part of the order it
    keeps Postgres from walking through all messages by id, in the hope of meeting some soon.
    """

    where: tuple[ColumnElement[bool], ...]
    keys: tuple[ColumnElement[Any], ...] | None = None
    lead: tuple[ColumnElement[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Sources that are read as one. `name` says where in its way it stands."""

    sources: tuple[Source, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Steps one after the other, by `name`; within each the rows are in the order of the keys."""

    name: str
    keys: tuple[ColumnElement[Any], ...]
    steps: tuple[Step, ...]
    falling: bool = False


async def way_of(connection: AsyncConnection, bot_id: int, wanted: Wanted) -> Way:
    """The most telling filter chooses; the others are checked row by row."""
    if wanted.series_id is not None:
        return _of_series(wanted.series_id, wanted)
    if wanted.broadcast_id not in (None, POSTS):
        return await _of_broadcast(connection, bot_id, wanted)
    if wanted.chat_id:
        return await _of_chat(connection, bot_id, wanted)
    if wanted.since is not None or wanted.until is not None:
        return _by_time(bot_id, wanted)
    if wanted.broadcast_id == POSTS and not wanted.is_trouble:
        return _of_posts(bot_id, wanted, await now_of(connection))
    return _by_state(bot_id, wanted)


def _way(name: str, keys: Sequence[Any], *sources: Source, falling: bool = False) -> Way:
    return Way(name, tuple(keys), (Step(sources),), falling)


def _of_series(series_id: int, wanted: Wanted) -> Way:
    """By occurrence; one that stands for none any more, by its own time."""
    its = (m.series_id == series_id, m.series_id.is_not(None))
    dated = Source((*its, m.occurrence_at.is_not(None)))
    undated = Source((*its, m.occurrence_at.is_(None)), (m.wanted_at, m.id))
    keys = (m.occurrence_at, m.id)
    return _way("series", keys, dated, undated, falling=not wanted.waits)


async def _of_broadcast(connection: AsyncConnection, bot_id: int, wanted: Wanted) -> Way:
    """By chat, as the index of recipients has them; those that wait, as they leave."""
    its: ColumnElement[bool] = m.broadcast_id == wanted.broadcast_id
    if wanted.waits:
        return _in_lanes(bot_id, its, wanted.states)
    if not wanted.is_trouble:
        return _way("recipients", [m.chat_id], Source((its, IS_RECIPIENT)))
    groups = await broadcast_reasons.groups(connection, wanted.broadcast_id or POSTS, wanted.states)
    steps = [
        Step((Source((*each.rows, m.chat_id > "")),), f"{each.state} {each.reason or ''}")
        for each in groups
        if wanted.reason in (None, each.reason or "")
    ]
    return Way("unreached", (m.chat_id,), tuple(sorted(steps, key=lambda step: step.name)))


async def _of_chat(connection: AsyncConnection, bot_id: int, wanted: Wanted) -> Way:
    """Newest first; what waits, in the order in which it leaves."""
    its: ColumnElement[bool] = m.bot_id == bot_id
    if wanted.waits:
        active = Source((its, m.chat_id == wanted.chat_id, in_state(*ACTIVE)))
        return _way("turns", (m.broadcast_id, m.turn_at, m.id), active)
    posts = Source((its, IS_POST), lead=(m.chat_id, wanted.chat_id))
    of_bot = select(broadcasts.c.id).where(broadcasts.c.bot_id == bot_id)
    ids = (await connection.scalars(of_bot)).all()
    # One look for each broadcast, sorted: Postgres may not walk all messages by id instead.
    reached = (m.chat_id == wanted.chat_id, m.broadcast_id.in_(ids), IS_RECIPIENT)
    return _way("chat", [m.id], posts, Source(reached, (m.id + 0,)), falling=True)


def _of_posts(bot_id: int, wanted: Wanted, now: datetime) -> Way:
    """By time, so that broadcasts are not read; none is sent before its time."""
    if wanted.waits:
        return _in_lanes(bot_id, IS_POST, wanted.states)
    came = (m.wanted_at <= now,) if set(wanted.states) == {State.SENT} else ()
    source = Source((m.bot_id == bot_id, IS_POST, *came))
    return _way("time", (m.wanted_at, m.id), source, falling=True)


def _in_lanes(bot_id: int, its: ColumnElement[bool], states: Sequence[State]) -> Way:
    sources = (Source((*each.where, its)) for each in _waiting(bot_id, states))
    return _way("lanes", (m.lane, m.due_at, m.id), *sources)


def _by_time(bot_id: int, wanted: Wanted) -> Way:
    where: list[ColumnElement[bool]] = [m.bot_id == bot_id, IS_POST]
    if wanted.since is not None:
        where.append(m.wanted_at >= wanted.since)
    if wanted.until is not None:
        where.append(m.wanted_at < wanted.until)
    keys = (m.wanted_at, m.id)
    return _way("time", keys, Source(tuple(where)), falling=not wanted.waits)


def _by_state(bot_id: int, wanted: Wanted) -> Way:
    """What waits: soonest first, posts before broadcasts. What has ended: the last end first.
    Trouble and all together: newest first.
    """
    its: ColumnElement[bool] = m.bot_id == bot_id
    if wanted.waits:
        keys = (m.broadcast_id, m.lane, m.due_at, m.id)
        return _way("due", keys, *_waiting(bot_id, wanted.states))
    if wanted.is_trouble:
        sources = (_troubled(bot_id, state, wanted.reason) for state in set(wanted.states))
        return _way("trouble", [m.id], *sources, falling=True)
    if wanted.states and FINAL.issuperset(wanted.states):
        ended = Source((its, m.ended_at.is_not(None)))
        return _way("ended", (m.ended_at, m.id), ended, falling=True)
    return _way("all", [m.id], Source(()), falling=True)


def _waiting(bot_id: int, states: Sequence[State]) -> list[Source]:
    """Those in hand are few, and sorted."""
    its: ColumnElement[bool] = m.bot_id == bot_id
    sources = []
    if State.SCHEDULED in states:
        sources.append(Source((its, in_state(State.SCHEDULED))))
    if set(IN_HAND) & set(states):
        sources.append(Source((its, in_state(*IN_HAND))))
    return sources


def _troubled(bot_id: int, state: State, reason: str | None) -> Source:
    ours: tuple[ColumnElement[bool], ...] = (m.bot_id == bot_id, in_state(*UNREACHED))
    if reason is None:
        return Source(ours, lead=(m.state, state.value))
    if reason == "":
        return Source((*ours, in_state(state), m.reason.is_(None)))
    return Source((*ours, in_state(state)), lead=(m.reason, reason))
