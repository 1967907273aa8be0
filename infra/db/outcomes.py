"""How attempts end: outcomes, holds, and the tasks that wait to hear of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, literal_column, select, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import LedgerUnavailable
from core.message import POSTS, Message, State
from core.outcome import Migrated, Sent
from core.partners import Report
from infra.db.breaker import Breaker
from infra.db.engine import Database
from infra.db.holds import Holds
from infra.db.lines import StatementRefused, Step
from infra.db.outcome_rows import (
    attempt,
    chat_news,
    chat_of,
    ending,
    id_of,
    is_gone,
    is_sent,
    last_error,
    moves_of,
    waited_for,
)
from infra.db.outcome_statements import end, end_sent, keep, wake, wake_all
from infra.db.reach import all_gone, all_reached
from infra.db.reading import as_message
from infra.db.records import encoder
from infra.db.states import has_ended
from infra.db.tables import attempts, messages, waiters
from infra.db.tallies import Move, Tallies, add_to_tallies, failing
from infra.grouping import Grouped

m = messages.c


@dataclass(frozen=True, slots=True)
class Ended:
    """A message that ended, and a task that waits for that."""

    task_id: str
    message: Message


class Outcomes:
    """Ends attempts of one bot's messages."""

    def __init__(self, database: Database, bot_id: int, holds: Holds) -> None:
        self._database, self._bot_id, self._holds = database, bot_id, holds
        dialect, prepared = database.dialect, database.prepared
        self._encode, self._in_one = encoder(dialect), dialect == "postgresql"
        self._tallies, self._breaker = Tallies(dialect), Breaker(database)
        self._end_swiftly = prepared(lambda: end(dialect))
        self._sent_swiftly = prepared(lambda: end_sent(dialect))
        self._count_swiftly = prepared(lambda: add_to_tallies(dialect))
        self._keep_swiftly = prepared(lambda: keep(dialect))
        self._wake_swiftly = prepared(lambda: wake_all(dialect))
        self._gone_swiftly = prepared(lambda: all_gone(dialect))
        self._reached_swiftly = prepared(lambda: all_reached(dialect))
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
        plain = {id(report) for report in reports if not isinstance(report.outcome, Migrated)}
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
            if lost := [each for each in reports if id_of(each) not in won]:
                await self._end_late(lost)
        except (StatementRefused, DBAPIError):
            return False
        return True

    async def _end_together(self, reports: Sequence[Report]) -> set[int]:
        """The ids of those whose end it was, but for what rescue had called uncertain."""
        steps = self._ended_and_counted(reports)
        # What was sent says so itself: see Reading.
        if unsent := [report for report in reports if not is_sent(report)]:
            steps.append(self._kept(unsent))
        if posts := waited_for(reports):
            ids = self._encode({"id": id_} for id_ in posts)
            steps.append((self._wake_swiftly, {"woken": ids}))
        ended, *_ = await self._database.run(*steps, *self._of_chats(reports))
        await self._look(moves_of(ended, reports), reports)
        return {row[0] for row in ended}

    def _ended_and_counted(self, reports: Sequence[Report]) -> list[Step]:
        of_broadcasts = [report.sending.claim.broadcast_id != POSTS for report in reports]
        endings = {"endings": self._encode(map(ending, reports))}
        if self._in_one and all(of_broadcasts) and all(map(is_sent, reports)):
            return [(self._sent_swiftly, endings | {"shard": self._tallies.shard})]
        steps: list[Step] = [(self._end_swiftly, endings)]
        if any(of_broadcasts):
            count = self._tallies.values
            steps.append((self._count_swiftly, lambda rows: count(moves_of(rows[0], reports))))
        return steps

    async def _end_late(self, reports: Sequence[Report]) -> None:
        """Late for an uncertain one, or for one that is in other hands: no row tells of them."""
        async with self._database.writing() as connection:
            moves = await self._settle(connection, reports)
            if sent := [attempt(report) for report in reports if is_sent(report)]:
                await connection.execute(insert(attempts), sent)
            await self._tallies.add(connection, moves)
            await self._wake(connection, reports)

    async def _look(self, moves: Sequence[Move], reports: Sequence[Report]) -> None:
        for broadcast_id in failing(moves):
            await self._breaker.look(broadcast_id, last_error(reports, broadcast_id))

    def _of_chats(self, reports: Sequence[Report]) -> Iterator[Step]:
        """What becomes known of chats; nothing as long as all goes well."""
        if gone := {
            chat_of(each): each.outcome.reason for each in reports if is_gone(each.outcome)
        }:
            rows = ({"chat_id": chat_id, "reason": reason} for chat_id, reason in gone.items())
            yield self._gone_swiftly, {"gone": self._encode(rows), "bot_id": self._bot_id}
        if known := {
            chat_of(each) for each in reports if is_sent(each) and each.sending.chat_known
        }:
            rows = ({"chat_id": chat_id} for chat_id in known)
            yield self._reached_swiftly, {"reached": self._encode(rows), "bot_id": self._bot_id}

    def _kept(self, reports: Sequence[Report]) -> Step:
        return self._keep_swiftly, {"tried": self._encode(map(attempt, reports))}

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
        for each in (self._count_swiftly, self._keep_swiftly, self._wake_swiftly):
            each.compile()
        if self._in_one:
            self._sent_swiftly.compile()
        await self._database.run((self._end_swiftly, {"endings": "[]"}))

    async def write(
        self, connection: AsyncConnection, reports: Sequence[Report], *, by_rescue: bool = False
    ) -> list[Move]:
        """End these attempts; how the messages have moved. Rescue leaves the token valid for the
        sender's late answer.
        """
        moves = await self._end(connection, reports, by_rescue)
        await connection.execute(insert(attempts), [attempt(report) for report in reports])
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
        endings = {"endings": self._encode(map(ending, reports))}
        statement = end(self._database.dialect, by_rescue=by_rescue)
        moves = moves_of((await connection.execute(statement, endings)).all(), reports)
        if len(moves) < len(reports) and not by_rescue:
            moves += await self._settle(connection, reports)
        return moves

    async def _settle(self, connection: AsyncConnection, reports: Sequence[Report]) -> list[Move]:
        endings = {"endings": self._encode(map(ending, reports))}
        settled = await connection.execute(end(self._database.dialect, settles=True), endings)
        return [Move(row.broadcast_id, State.UNCERTAIN, State(row.state)) for row in settled]

    async def _wake(self, connection: AsyncConnection, reports: Sequence[Report]) -> None:
        if posts := waited_for(reports):
            await connection.execute(wake(waiters.c.message_id.in_(posts)))

    async def _remember_chats(self, connection: AsyncConnection, reports: Sequence[Report]) -> None:
        # In one order, or two workers that write of the same chats could wait for each other.
        for report in sorted(reports, key=lambda report: report.sending.claim.chat_id):
            news = chat_news(report.outcome)
            if news:
                await self._holds.put_chat(connection, report.sending.claim.chat_id, news)
        reached = sorted(r.sending.claim.chat_id for r in reports if isinstance(r.outcome, Sent))
        if reached:
            await self._holds.reached(connection, reached)
