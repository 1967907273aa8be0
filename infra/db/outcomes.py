"""How attempts end: outcomes, holds, and the tasks that wait to hear of it."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from core.errors import LedgerUnavailable
from core.message import FINAL, POSTS, Message, State
from core.outcome import Migrated, Outcome, Rejected, Sent, Uncertain
from core.partners import Report
from core.verdict import EXHAUSTED
from infra.db.breaker import Breaker
from infra.db.engine import Database
from infra.db.holds import Holds
from infra.db.lines import Rows, StatementRefused, Step
from infra.db.moments import plus, utc_now
from infra.db.reading import as_message
from infra.db.records import among, encoder, records
from infra.db.states import has_ended, in_state, stands_as
from infra.db.tables import UtcTime, attempts, messages, waiters
from infra.db.tallies import Move, Tallies, failing
from infra.grouping import Grouped

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


@dataclass(frozen=True, slots=True)
class Ended:
    """A message that ended, and a task that waits for that."""

    task_id: str
    message: Message


class Outcomes:
    """Ends attempts of one bot's messages."""

    def __init__(self, database: Database, bot_id: int, holds: Holds) -> None:
        self._database, self._bot_id, self._holds = database, bot_id, holds
        self._encode = encoder(database.dialect)
        self._end_statement = _end(database.dialect)
        self._rescue_statement = _end(database.dialect, by_rescue=True)
        self._settle_statement = _end(database.dialect, settles=True)
        self._tallies, self._breaker = Tallies(database.dialect), Breaker(database)
        self._end_swiftly = database.prepared(self._end_statement)
        self._count_swiftly = database.prepared(self._tallies.statement)
        self._keep_swiftly = database.prepared(_keep(database.dialect))
        self._wake_swiftly = database.prepared(_wake(database.dialect))
        self._records = Grouped(self._record)

    async def record(self, report: Report) -> None:
        """End one attempt; raises LedgerUnavailable where that could not be written."""
        if (error := await self._records(report)) is not None:
            raise error

    async def ended(self, limit: int = 200) -> list[Ended]:
        """Ended messages that a task still has to hear of."""
        query = (
            select(waiters.c.task_id, messages)
            .join(messages, m.id == waiters.c.message_id)
            .where(literal_column("waiters.ready"), m.bot_id == self._bot_id, has_ended())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [Ended(row.task_id, as_message(row)) for row in await connection.execute(query)]

    async def told(self, ended: Sequence[tuple[int, str]]) -> None:
        """These tasks (message id, task id) have their result: forget that they wait."""
        keys = tuple_(waiters.c.message_id, waiters.c.task_id)
        async with self._database.writing() as connection:
            await connection.execute(delete(waiters).where(keys.in_(list(ended))))

    async def _record(self, reports: list[Report]) -> list[Exception | None]:
        """Each caller hears of its own trouble alone: a report that the database does not take
        must not keep the others' answers out of the ledger.
        """
        plain = {id(report) for report in reports if not _concerns_chat(report)}
        together = [report for report in reports if id(report) in plain]
        if not await self._record_together(together):
            plain = set()
        return [
            None if id(report) in plain else await self._record_alone(report) for report in reports
        ]

    async def _record_together(self, reports: Sequence[Report]) -> bool:
        """In one transaction; False where the database does not take one of them."""
        if not reports:
            return True
        try:
            won = await self._end_together(reports)
            if lost := [each for each in reports if _id(each) not in won]:
                await self._end_late(lost)
        except (StatementRefused, DBAPIError):
            return False
        return True

    async def _end_together(self, reports: Sequence[Report]) -> set[int]:
        """The ids of those whose end it was, but for what rescue had called uncertain."""
        steps: list[Step] = [(self._end_swiftly, {"endings": self._encode(map(_ending, reports))})]
        if any(report.sending.claim.broadcast_id != POSTS for report in reports):
            steps.append((self._count_swiftly, lambda rows: self._tallies.values(_moves(rows[0]))))
        # What was sent says so itself: see Reading.
        if unsent := [report for report in reports if not _is_sent(report)]:
            steps.append(self._kept(unsent))
        if posts := _waited_for(reports):
            ids = self._encode({"id": id_} for id_ in posts)
            steps.append((self._wake_swiftly, {"woken": ids}))
        ended, *_ = await self._database.run(*steps)
        await self._look(_moves(ended), reports)
        return {row[0] for row in ended}

    async def _end_late(self, reports: Sequence[Report]) -> None:
        """Late for an uncertain one, or for one that is in other hands: no row tells of them."""
        async with self._database.writing() as connection:
            moves = await self._settle(connection, reports)
            if sent := [_attempt(report) for report in reports if _is_sent(report)]:
                await connection.execute(insert(attempts), sent)
            await self._tallies.add(connection, moves)
            await self._wake(connection, reports)

    async def _look(self, moves: Sequence[Move], reports: Sequence[Report]) -> None:
        for broadcast_id in failing(moves):
            await self._breaker.look(broadcast_id, _last_error(reports, broadcast_id))

    def _kept(self, reports: Sequence[Report]) -> Step:
        return self._keep_swiftly, {"tried": self._encode(map(_attempt, reports))}

    async def _record_alone(self, report: Report) -> Exception | None:
        try:
            async with self._database.writing() as connection:
                moves = await self.write(connection, [report])
            await self._look(moves, [report])
        except (DBAPIError, LedgerUnavailable) as error:
            return error
        return None

    async def warm_up(self) -> None:
        """Compile, open and plan what the first outcome needs; ends nothing."""
        await self._database.run((self._end_swiftly, {"endings": "[]"}))

    async def write(
        self, connection: AsyncConnection, reports: Sequence[Report], *, by_rescue: bool = False
    ) -> list[Move]:
        """End these attempts; how the messages have moved. Rescue leaves the token valid for the
        sender's late answer.
        """
        moves = await self._end(connection, reports, by_rescue)
        await connection.execute(insert(attempts), [_attempt(report) for report in reports])
        await self._tallies.add(connection, moves)
        await self._wake(connection, reports)
        await self._remember_chats(connection, reports)
        return moves

    async def _end(
        self, connection: AsyncConnection, reports: Sequence[Report], by_rescue: bool
    ) -> list[Move]:
        """A statement does not tell what was there before: what had no end has one of its own,
        and what is left over is late for an uncertain one.
        """
        endings = {"endings": self._encode(map(_ending, reports))}
        statement = self._rescue_statement if by_rescue else self._end_statement
        moves = _moves((await connection.execute(statement, endings)).all())
        if len(moves) < len(reports) and not by_rescue:
            moves += await self._settle(connection, reports)
        return moves

    async def _settle(self, connection: AsyncConnection, reports: Sequence[Report]) -> list[Move]:
        endings = {"endings": self._encode(map(_ending, reports))}
        settled = await connection.execute(self._settle_statement, endings)
        return [Move(row.broadcast_id, State.UNCERTAIN, State(row.state)) for row in settled]

    async def _wake(self, connection: AsyncConnection, reports: Sequence[Report]) -> None:
        if posts := _waited_for(reports):
            await connection.execute(wake(waiters.c.message_id.in_(posts)))

    async def _remember_chats(self, connection: AsyncConnection, reports: Sequence[Report]) -> None:
        # In one order, or two workers that write of the same chats could wait for each other.
        for report in sorted(reports, key=lambda report: report.sending.claim.chat_id):
            news = _chat_news(report.outcome)
            if news:
                await self._holds.put_chat(connection, report.sending.claim.chat_id, news)
        reached = sorted(r.sending.claim.chat_id for r in reports if isinstance(r.outcome, Sent))
        if reached:
            await self._holds.reached(connection, reached)


def wake(which: ColumnElement[bool]) -> Any:
    """Let the tasks hear that wait for messages which have just ended."""
    ended = select(m.id).where(m.id == waiters.c.message_id, has_ended()).exists()
    return update(waiters).where(which, ended).values(ready=True)


def _wake(dialect: str) -> Any:
    woken = records(dialect, "woken", {"id": BigInteger()})
    return wake(waiters.c.message_id.in_(select(woken.c.id)))


def _keep(dialect: str) -> Any:
    tried = records(dialect, "tried", {name: attempts.c[name].type for name in ATTEMPT})
    return insert(attempts).from_select(ATTEMPT, select(*tried.c))


def _moves(rows: Rows) -> list[Move]:
    """What was ended by `_end`: (id, broadcast's id, state) each."""
    return [Move(row[1], State.SENDING, State(row[2])) for row in rows]


def _end(dialect: str, *, by_rescue: bool = False, settles: bool = False) -> Any:
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


def _last_error(reports: Sequence[Report], broadcast_id: int) -> str:
    reasons = [
        report.verdict.reason
        for report in reports
        if report.sending.claim.broadcast_id == broadcast_id and report.verdict.reason
    ]
    return reasons[-1] if reasons else "unknown"


def _ending(report: Report) -> dict[str, Any]:
    verdict = report.verdict
    return {
        "id": report.sending.claim.id,
        "token": report.sending.claim.token,
        "state": verdict.state.value,
        "wait_s": verdict.wait_s,
        "keeps_turn": verdict.keeps_turn,
        "refund": int(verdict.refund),
        "hides": int(verdict.hides),
        "lasts": not isinstance(report.outcome, Uncertain),
        "reason": verdict.reason,
        "description": verdict.description,
        "message_ids": list(verdict.message_ids) or None,
        "sent_at": report.started_at if verdict.state is State.SENT else None,
    }


def _attempt(report: Report) -> dict[str, Any]:
    return {
        "message_id": report.sending.claim.id,
        "number": report.sending.standing.attempts,
        "started_at": report.started_at,
        "ended_at": report.ended_at,
        "outcome": type(report.outcome).__name__.lower(),
        "reason": getattr(report.outcome, "reason", None) or None,
        "description": getattr(report.outcome, "description", None) or None,
    }


def _id(report: Report) -> int:
    return report.sending.claim.id


def _is_sent(report: Report) -> bool:
    return report.verdict.state is State.SENT


def _waited_for(reports: Sequence[Report]) -> list[int]:
    """Only posts are: a broadcast's task returns before its sends."""
    return [
        _id(report)
        for report in reports
        if report.verdict.state in FINAL and report.sending.claim.broadcast_id == POSTS
    ]


def _concerns_chat(report: Report) -> bool:
    """Something becomes known of the chat, or is no longer so."""
    arrived = report.sending.chat_known and isinstance(report.outcome, Sent)
    return arrived or bool(_chat_news(report.outcome))


def _chat_news(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Migrated):
        return {"migrated_to": outcome.chat_id}
    if isinstance(outcome, Rejected) and outcome.chat_gone:
        return {"unreachable": outcome.reason}
    return {}
