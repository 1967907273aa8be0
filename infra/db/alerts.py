"""What people are to be told, and what each of them was told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.alert import OF_ENDS, OF_MESSAGES, TOLD_WHEN_OVER, Alert, AlertKind, Concern, News, news
from core.message import State
from infra.db import broadcast_concerns, concerns
from infra.db.bot_tables import alert_marks, alert_messages, alerts
from infra.db.engine import Database
from infra.db.moments import utc_now, within
from infra.db.states import in_state
from infra.db.tables import messages
from infra.db.upsert import insert_into

a, t, k, m = alerts.c, alert_messages.c, alert_marks.c, messages.c

UNTOLD = 2_000
"""So many are told in one go."""
SETTLED_S = 600.0
"""An alert about what has ended stands so long after it was told, or what is looked through twice
would raise it twice.
"""
KEPT_S = 30 * 86_400.0


class Alerts:
    """One bot's. Raises LedgerUnavailable."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def notice(self) -> None:
        """Raise what is amiss and not yet known, and end what is over. Two that notice at once
        raise a thing once. The first call ever only notes from when on what ends counts.
        """
        async with self._database.reading() as connection:
            now, until = (await connection.execute(select(utc_now(), self._mark()))).one()
            standing = await self._standing(connection)
            ended, on = await concerns.of_messages(connection, self._bot_id, until or now)
            ended += await broadcast_concerns.completed(connection, self._bot_id, until or now)
            lasting = await self._lasting(connection, standing)
        found = news(standing, [*(ended if until else ()), *lasting])
        moved = until is None or now - until > concerns.OVERLAP / 2
        if found or moved or on:
            async with self._database.writing() as connection:
                await self._write(connection, found)
                await connection.execute(self._marked(on or now))

    async def untold(self) -> list[Alert]:
        """Those that somebody may still have to hear of, oldest first. What is over before
        anybody heard of it is not among them.
        """
        query = select(alerts).where(a.bot_id == self._bot_id, a.told_at.is_(None)).order_by(a.id)
        async with self._database.reading() as connection:
            found = list(map(_as_alert, await connection.execute(query.limit(UNTOLD))))
            gone = await self._gone(connection, found)
        if gone:
            await self.done(sorted(gone))
        return [alert for alert in found if alert.id not in gone]

    async def told_to(self, alert_ids: Sequence[int]) -> dict[tuple[int, int], int | None]:
        """Who has heard of these: by (alert, user) the number of the message, None where it is
        not known that it was sent.
        """
        query = select(t.alert_id, t.user_id, t.message_id).where(t.alert_id.in_(alert_ids))
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return {(alert_id, user_id): number for alert_id, user_id, number in rows}

    async def claim(self, user_id: int, alert_ids: Sequence[int]) -> list[int]:
        """Those of them that this call, and no other ever, may tell this user: all in one
        message, which goes by the first of them.
        """
        rows = [
            {"alert_id": each, "user_id": user_id, "told_in": alert_ids[0]} for each in alert_ids
        ]
        statement = insert_into(self._database.dialect, alert_messages).on_conflict_do_nothing()
        async with self._database.writing() as connection:
            claimed = await connection.scalars(
                statement.returning(t.alert_id).values(rows)  # one statement: all or nothing
            )
            return sorted(claimed.all())

    async def give_back(self, user_id: int, told_in: int) -> None:
        """Nothing was sent: it may be told again."""
        unsent = (t.told_in == told_in, t.user_id == user_id, t.message_id.is_(None))
        async with self._database.writing() as connection:
            await connection.execute(delete(alert_messages).where(*unsent))

    async def note(self, user_id: int, told_in: int, message_id: int) -> None:
        """It was sent, in this message."""
        this = (t.told_in == told_in, t.user_id == user_id)
        async with self._database.writing() as connection:
            await connection.execute(
                update(alert_messages).where(*this).values(message_id=message_id)
            )

    async def done(self, alert_ids: Sequence[int]) -> None:
        """Nobody is left who has to hear of these."""
        async with self._database.writing() as connection:
            await self._unheard(connection, alert_ids)

    async def told_in(self, user_id: int, told_in: int) -> list[Alert]:
        """What one message has told this user."""
        query = (
            select(alerts)
            .join(alert_messages, t.alert_id == a.id)
            .where(t.told_in == told_in, t.user_id == user_id, a.bot_id == self._bot_id)
            .order_by(a.id)
        )
        async with self._database.reading() as connection:
            return list(map(_as_alert, await connection.execute(query)))

    async def forget(self) -> None:
        """What was over a month ago."""
        old = select(a.id).where(a.bot_id == self._bot_id, a.ended_at < within(-KEPT_S))
        async with self._database.writing() as connection:
            await connection.execute(delete(alert_messages).where(t.alert_id.in_(old)))
            await connection.execute(delete(alerts).where(a.id.in_(old)))

    async def _standing(self, connection: AsyncConnection) -> list[Alert]:
        query = select(alerts).where(a.bot_id == self._bot_id, a.ended_at.is_(None))
        return list(map(_as_alert, await connection.execute(query)))

    async def _lasting(
        self, connection: AsyncConnection, standing: Sequence[Alert]
    ) -> list[Concern]:
        known = {alert.subject for alert in standing if alert.kind is AlertKind.HEALTH}
        return [
            *await concerns.of_channels(connection, self._bot_id),
            *await concerns.of_health(connection, self._bot_id, known),
            *await broadcast_concerns.paused(connection, self._bot_id),
        ]

    async def _gone(self, connection: AsyncConnection, found: Sequence[Alert]) -> set[int]:
        """Those about what is not so any more: messages, and broadcasts that go on."""
        about = {each.message_id: each for each in found if each.kind in OF_MESSAGES}
        query = select(m.id, m.state, m.attempts).where(
            m.id.in_(about), in_state(State.FAILED, State.UNCERTAIN)
        )
        rows = await connection.execute(query)
        still = {(state, f"{id_}:{attempts}") for id_, state, attempts in rows}
        gone = {each.id for each in about.values() if (each.kind, each.subject) not in still}
        return gone | await broadcast_concerns.gone(connection, self._bot_id, found)

    async def _write(self, connection: AsyncConnection, found: News) -> None:
        replaced = await self._end(connection, found.replaced)
        if replaced:  # whoever has not heard of it hears of the worse one
            await self._unheard(connection, sorted(replaced))
        over = await self._end(connection, found.over)
        if over:
            await self._tell_of_ends(connection, [each for each in found.over if each.id in over])
        if found.raised:
            statement = insert_into(self._database.dialect, alerts).on_conflict_do_nothing()
            await connection.execute(statement.values([self._row(each) for each in found.raised]))
        # The uncertain ones keep their buttons; they need not stand for that.
        settled = (a.bot_id == self._bot_id, a.ended_at.is_(None), a.told_at < within(-SETTLED_S))
        of_ends = a.kind.in_([kind.value for kind in OF_ENDS])
        ended = update(alerts).where(*settled, of_ends)
        await connection.execute(ended.values(ended_at=utc_now()))

    async def _end(self, connection: AsyncConnection, over: Sequence[Alert]) -> set[int]:
        """Which of them this call has ended."""
        if not over:
            return set()
        these = (a.id.in_([alert.id for alert in over]), a.ended_at.is_(None))
        statement = update(alerts).where(*these).values(ended_at=utc_now()).returning(a.id)
        return set((await connection.scalars(statement)).all())

    async def _tell_of_ends(self, connection: AsyncConnection, over: Sequence[Alert]) -> None:
        """Whoever heard of it is to hear that it is over; who did not needs neither."""
        ids = [alert.id for alert in over]
        told = set(await connection.scalars(select(t.alert_id).where(t.alert_id.in_(ids))))
        rows = [
            self._row(Concern(alert.kind, alert.subject, alert.facts))
            | {"ended_at": utc_now(), "ends": alert.id}
            for alert in over
            if alert.id in told and alert.kind in TOLD_WHEN_OVER
        ]
        for row in rows:
            await connection.execute(insert(alerts).values(**row))
        await self._unheard(connection, ids)

    async def _unheard(self, connection: AsyncConnection, ids: Sequence[int]) -> None:
        """Nobody need be told of these any more."""
        these = update(alerts).where(a.id.in_(ids), a.told_at.is_(None))
        await connection.execute(these.values(told_at=utc_now()))

    def _row(self, concern: Concern) -> dict[str, Any]:
        return {
            "bot_id": self._bot_id,
            "kind": concern.kind.value,
            "subject": concern.subject,
            "facts": {**concern.facts, "signs": sorted(concern.signs)},
            "raised_at": utc_now(),
        }

    def _mark(self) -> Any:
        return select(k.ended_until).where(k.bot_id == self._bot_id).scalar_subquery()

    def _marked(self, until: datetime) -> Any:
        values = {"bot_id": self._bot_id, "ended_until": until}
        statement = insert_into(self._database.dialect, alert_marks).values(**values)
        return statement.on_conflict_do_update(
            index_elements=["bot_id"], set_={"ended_until": until}
        )


def _as_alert(row: Any) -> Alert:
    return Alert(row.id, AlertKind(row.kind), row.subject, row.facts, row.raised_at, row.ends)
