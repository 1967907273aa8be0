"""Claims in use: marked as sending, renewed, or given back."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    FromClause,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)

from core.attempts import SENDING_LEASE_S
from core.broadcast import BroadcastState
from core.message import POSTS, Claim, Content, OnUncertain, State
from core.partners import Returned, Sending
from core.personal_content import personal, values_of
from core.verdict import Standing
from infra.db.engine import Database
from infra.db.expiry import is_wanted
from infra.db.lines import Step
from infra.db.moments import from_now, later_of, plus, utc_now
from infra.db.records import among, encoder, moment_of, records
from infra.db.states import FREED, in_state, stands_as
from infra.db.tables import broadcasts, chats, messages
from infra.grouping import Grouped

RUNNING = BroadcastState.RUNNING.value
PUT_OFF_S = 1.0

m = messages.c


class Marks:
    """What a claim's holder does with it; each call is shared with those made meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._encode, self._moment = encoder(database.dialect), moment_of(database.dialect)
        self._mark_statement = database.prepared(lambda: _mark(database.dialect))
        self._return_statement = database.prepared(lambda: _return(database.dialect))
        self.mark_sending = Grouped(self._mark)
        self.give_back = Grouped(self._give_back)

    async def renew(self, claims: Sequence[Claim]) -> None:
        """Extend the leases of messages whose request is still on the wire."""
        tokens = [(claim.id, claim.token) for claim in claims]
        statement = (
            update(messages)
            .where(tuple_(m.id, m.token).in_(tokens), m.state == State.SENDING.value)
            .values(lease_until=from_now(SENDING_LEASE_S))
        )
        async with self._database.writing() as connection:
            await connection.execute(statement)

    async def _mark(self, claims: list[Claim]) -> list[Sending | None]:
        """Mark in one transaction what may be sent; None for what may not."""
        marked: list[Sending | None] = [None] * len(claims)
        turns = rounds(claims)
        found = await self._database.run(*(self._step(claims, places) for places in turns))
        for places, rows in zip(turns, found, strict=True):
            by_id = {claims[place].id: place for place in places}
            for id_, wanted_at, *row in rows:
                post_at = self._moment(wanted_at) if wanted_at is not None else None
                marked[by_id[id_]] = _sending(claims[by_id[id_]], post_at, *row)
        return marked

    def _step(self, claims: Sequence[Claim], places: Sequence[int]) -> Step:
        tokens = ({"id": claims[place].id, "token": claims[place].token} for place in places)
        return self._mark_statement, {"tokens": self._encode(tokens)}

    async def warm_up(self) -> None:
        """Compile, open and plan what the first mark needs; marks nothing."""
        await self._database.run((self._mark_statement, {"tokens": "[]"}))

    async def _give_back(self, returned: list[Returned]) -> list[None]:
        rows = self._encode(
            {"id": each.claim.id, "token": each.claim.token, "wait_s": each.wait_s}
            for each in returned
        )
        await self._database.run((self._return_statement, {"returned": rows}))
        return [None] * len(returned)


def rounds(claims: Sequence[Claim]) -> list[list[int]]:
    """The places of the claims, each chat once a round.

    A statement does not see the rows that it changes itself: only a later round sees that an
    earlier one has marked the same message, or another to the same chat.
    """
    made: list[list[int]] = []
    seen: Counter[str] = Counter()
    for place, claim in enumerate(claims):
        if seen[claim.chat_id] == len(made):
            made.append([])
        made[seen[claim.chat_id]].append(place)
        seen[claim.chat_id] += 1
    return made


def _sending(
    claim: Claim,
    wanted_at: datetime | None,
    own: str | None,
    values: str | None,
    attempts: int,
    max_attempts: int,
    hidden: int,
    on_uncertain: str,
    shared: str | None,
    known: str | None,
) -> Sending:
    standing = Standing(attempts, max_attempts, hidden, OnUncertain(on_uncertain))
    content = _content(own or shared or "")
    if values is not None:
        content = personal(content, values_of(orjson.loads(values), claim.chat_id))
    chat_id = known or claim.chat_id
    return Sending(claim, chat_id, content, standing, known is not None, wanted_at)


@lru_cache(maxsize=64)
def _content(stored: str) -> Content:
    """A broadcast has one for all of its messages."""
    content = orjson.loads(stored)
    return Content(content["method"], content["params"])


@cache
def _mark(dialect: str) -> Any:
    """Mark as sending, unless the token is spent, it has expired, its broadcast does not run or
    the chat is not free.
    """
    tokens = records(dialect, "tokens", {"id": BigInteger(), "token": BigInteger()})
    before = messages.alias("before")
    # Moved to a later start after it was claimed: that is more than the slot is away.
    put_off = broadcasts.c.wanted_at > from_now(PUT_OFF_S)
    its_broadcast = (broadcasts.c.id == m.broadcast_id, or_(broadcasts.c.state != RUNNING, put_off))
    stopped = exists().where(*its_broadcast)
    # Where the chat has gone, "" where it is only known that it could not be reached.
    unreachable = case((chats.c.unreachable.is_not(None), ""), else_=None)
    known = select(func.coalesce(chats.c.migrated_to, unreachable)).where(
        chats.c.bot_id == m.bot_id, chats.c.chat_id == m.chat_id
    )
    shared = select(cast(broadcasts.c.content, Text)).where(broadcasts.c.id == m.broadcast_id)
    return (
        update(messages)
        .where(
            m.id == tokens.c.id,
            among(dialect, m.id, "tokens"),
            m.token == tokens.c.token,
            stands_as(State.QUEUED),
            is_wanted(),
            ~stopped,
            ~_in_flight(),
            ~exists().where(_comes_before(before)),
        )
        .values(
            state=State.SENDING.value,
            attempts=m.attempts + 1,
            lease_until=from_now(SENDING_LEASE_S),
        )
        .returning(
            m.id,
            case((m.broadcast_id == POSTS, m.wanted_at)),
            cast(m.content, Text),
            cast(m.personal, Text),
            m.attempts,
            m.max_attempts,
            m.hidden,
            m.on_uncertain,
            shared.scalar_subquery().label("shared_content"),
            known.scalar_subquery().label("known"),
        )
    )


def _in_flight() -> ColumnElement[bool]:
    other = messages.alias("other")
    return exists().where(
        other.c.bot_id == m.bot_id,
        other.c.chat_id == m.chat_id,
        other.c.id != m.id,
        in_state(State.SENDING, of=other.c),
    )


def _comes_before(before: FromClause) -> ColumnElement[bool]:
    """`before` precedes this message in its chat and still waits for its end."""
    return and_(
        before.c.bot_id == m.bot_id,
        before.c.chat_id == m.chat_id,
        before.c.broadcast_id == m.broadcast_id,
        in_state(State.SCHEDULED, State.QUEUED, State.SENDING, of=before.c),
        tuple_(before.c.turn_at, before.c.id) < tuple_(m.turn_at, m.id),
    )


@cache
def _return(dialect: str) -> Any:
    returned = records(
        dialect,
        "returned",
        {"id": BigInteger(), "token": BigInteger(), "wait_s": Double()},
    )
    before = messages.alias("before")
    predecessor_due = (
        select(before.c.due_at)
        .where(_comes_before(before))
        .order_by(before.c.turn_at.desc(), before.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = later_of(m.due_at, plus(utc_now(), returned.c.wait_s))
    return (
        update(messages)
        .where(
            m.id == returned.c.id,
            among(dialect, m.id, "returned"),
            m.token == returned.c.token,
            stands_as(State.QUEUED),
        )
        .values(
            **FREED,
            due_at=later_of(wanted, func.coalesce(predecessor_due, m.due_at)),
        )
        .returning(m.id)
    )
