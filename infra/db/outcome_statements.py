"""The statements that end attempts, by what infra/db/outcome_rows.py tells of each."""

from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Double,
    Integer,
    Text,
    and_,
    case,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.types import TypeEngine

from core.message import State
from core.verdict import EXHAUSTED
from infra.db.moments import plus, utc_now
from infra.db.records import among, records
from infra.db.states import has_ended, in_state, stands_as
from infra.db.tables import UtcTime, attempts, broadcast_tallies, messages, waiters
from infra.db.tallies import add_sent

m = messages.c

ENDINGS: dict[str, TypeEngine[Any]] = {
    "id": BigInteger(),
    "token": BigInteger(),
    "state": Text(),
    "wait_s": Double(),
    "keeps_turn": Boolean(),
    "refund": Integer(),
    "hides": Integer(),
    "lasts": Boolean(),
    "reason": Text(),
    "description": Text(),
    "message_ids": JSON(none_as_null=True),
    "sent_at": UtcTime(),
}


ATTEMPT = ["message_id", "number", "started_at", "ended_at", "outcome", "reason", "description"]


def wake(which: ColumnElement[bool]) -> Any:
    """Let the tasks hear that wait for messages which have just ended."""
    ended = select(m.id).where(m.id == waiters.c.message_id, has_ended()).exists()
    return update(waiters).where(which, ended).values(ready=True)


@cache
def wake_all(dialect: str) -> Any:
    woken = records(dialect, "woken", {"id": BigInteger()})
    return wake(waiters.c.message_id.in_(select(woken.c.id)))


@cache
def keep(dialect: str) -> Any:
    tried = records(dialect, "tried", {name: attempts.c[name].type for name in ATTEMPT})
    return insert(attempts).from_select(ATTEMPT, select(*tried.c))


@cache
def end_sent(dialect: str) -> Any:
    """`end`, where all have been sent, and their count in one statement: for Postgres, which
    would be asked four times otherwise. SQLite has no statement that writes to two tables.
    """
    ended = end(dialect).cte("ended")
    counted = add_sent(dialect, ended).returning(broadcast_tallies.c.shard).cte("counted")
    return select(ended.c.id, ended.c.broadcast_id, ended.c.state).add_cte(counted)


@cache
def end(dialect: str, *, by_rescue: bool = False, settles: bool = False) -> Any:
    """One attempt's end for each row of `endings`, by compare-and-set on token and state.

    An answer that comes after rescue gave it up still counts (`lasts`), as long as nobody
    has claimed the message since: then it was counted as hidden, and is so no longer. That
    attempts are exhausted does not count once rescue or a person has given it another.
    `settles`: only of messages that were called uncertain.
    """
    ending = records(dialect, "endings", ENDINGS)
    e = ending.c
    waits_again = and_(stands_as(State.SCHEDULED), e.reason != EXHAUSTED)
    unended = or_(stands_as(State.SENDING), and_(e.lasts, waits_again))
    which = and_(e.lasts, stands_as(State.UNCERTAIN)) if settles else unended
    due_at = plus(utc_now(), e.wait_s)
    waits = e.state == State.SCHEDULED.value
    return (
        update(messages)
        .where(m.id == e.id, among(dialect, m.id, "endings"), m.token == e.token, which)
        .values(
            state=e.state,
            attempts=m.attempts - e.refund,
            hidden=m.hidden + e.hides - case((in_state(State.SENDING), 0), else_=1),
            due_at=case((waits, due_at), else_=m.due_at),
            turn_at=case((and_(waits, ~e.keeps_turn), due_at), else_=m.turn_at),
            token=m.token if by_rescue else None,
            lease_until=None,
            reason=func.nullif(e.reason, ""),
            description=func.nullif(e.description, ""),
            message_ids=e.message_ids,
            sent_at=e.sent_at,
            ended_at=case((waits, None), else_=utc_now()),
        )
        .returning(m.id, m.broadcast_id, m.state)
    )
