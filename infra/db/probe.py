"""How the database itself fares, and how late the messages in it are."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, literal, select, text, union_all

from core.diagnosis_servers import DatabaseFacts
from core.diagnosis_work import MINUTE_S, DueFacts
from core.errors import LedgerUnavailable
from core.health import HealthState
from core.message import POSTS, State
from infra.db import revision
from infra.db.engine import Database, normalise_url
from infra.db.lanes import first_due, in_lane, opened
from infra.db.moments import utc_now, within
from infra.db.queued import paid_broadcasts
from infra.db.states import in_state
from infra.db.tables import bots, messages
from infra.db.upsert import insert_into
from infra.db.watch_tables import health
from infra.elapsed import ms_since

NOBODY = 0
"""No bot has this id: its row is written to see whether rows can be written."""

COUNTED = 10_000

m = messages.c


@dataclass(frozen=True, slots=True)
class BotHold:
    """How long nothing of the bot is sent, and why; 0 where it is free."""

    seconds: float = 0.0
    reason: str = ""


class Probe:
    """Looks at one bot's ledger. Raises LedgerUnavailable."""

    def __init__(self, database: Database, bot_id: int, token_fingerprint: str) -> None:
        self._database, self._bot_id = database, bot_id
        self._token_fingerprint = token_fingerprint

    async def read_ms(self) -> float:
        """How long a look takes, in ms. The schema is the one that this code needs."""
        await revision.check(self._database)
        began_s = time.monotonic()
        async with self._database.reading() as connection:
            await connection.scalar(select(literal(1)))
        return ms_since(began_s)

    async def database(self, read_ms: float) -> DatabaseFacts:
        """Write a row that stands for nothing, and commit it."""
        if why := await self._read_only():
            return DatabaseFacts(read_ms, read_only=why)
        began_s = time.monotonic()
        values = {
            "state": HealthState.HEALTHY.value,
            "reason": "",
            "remedy": "",
            "since": utc_now(),
            "checked_at": utc_now(),
        }
        insert = insert_into(self._database.dialect, health)
        statement = insert.values(bot_id=NOBODY, part="", **values).on_conflict_do_update(
            index_elements=["bot_id", "part"], set_={"checked_at": utc_now()}
        )
        async with self._database.writing() as connection:
            await connection.execute(statement)
        return DatabaseFacts(read_ms, ms_since(began_s))

    async def hold(self) -> BotHold:
        b = bots.c
        mine = func.coalesce(b.refused_token, self._token_fingerprint) == self._token_fingerprint
        query = select(b.held_until, b.hold_reason, utc_now().label("now")).where(
            b.id == self._bot_id, b.held_until > utc_now(), mine
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return BotHold()
        return BotHold((row.held_until - row.now).total_seconds(), row.hold_reason or "")

    async def due(self, rate: float, hold: BotHold) -> DueFacts:
        """What is due and has not ended; `rate` is the bot's, in messages a second."""
        query = select(
            utc_now().label("now"),
            self._first(literal(POSTS)).label("post"),
            self._first_claimed(m.broadcast_id == POSTS).label("claimed_post"),
            self._first_of_broadcasts().label("broadcast"),
            self._first_claimed(m.broadcast_id != POSTS).label("claimed_broadcast"),
            self._posts().label("posts"),
            self._sent().label("sent"),
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one()
        return DueFacts(
            _oldest_s(row.now, row.post, row.claimed_post),
            _oldest_s(row.now, row.broadcast, row.claimed_broadcast),
            row.posts,
            row.sent,
            rate,
            hold.seconds,
            hold.reason,
        )

    async def _read_only(self) -> str:
        """Why a Postgres server takes no writes; "" where it does."""
        if self._database.dialect != "postgresql":
            return ""
        asked = text("SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'")
        async with self._database.reading() as connection:
            recovers, reads_only = (await connection.execute(asked)).one()
        if recovers:
            return "it is a standby, or still recovers"
        return "default_transaction_read_only is on" if reads_only else ""

    def _first(self, lane: Any) -> Any:
        """When the first that is due in a lane is; null where none is due yet."""
        return first_due(self._bot_id, lane, m.due_at <= within(0.0))

    def _first_of_broadcasts(self) -> Any:
        by = within(0.0)
        firsts = union_all(*opened(self._bot_id, by, m.due_at <= by)).subquery("firsts")
        return select(func.min(firsts.c.due_at)).scalar_subquery()

    def _first_claimed(self, lane: Any) -> Any:
        """The same of what is queued or being sent: as many as a few seconds hold."""
        claimed = (
            m.bot_id == self._bot_id,
            lane,
            in_state(State.QUEUED, State.SENDING),
            m.due_at <= within(0.0),
        )
        return select(func.min(m.due_at)).where(*claimed).scalar_subquery()

    def _posts(self) -> Any:
        due = (
            select(literal(1))
            .where(*in_lane(self._bot_id, literal(POSTS)), m.due_at <= within(0.0))
            .limit(COUNTED)
            .subquery()
        )
        return select(func.count()).select_from(due).scalar_subquery()

    def _sent(self) -> Any:
        """How many left in the last minute by the bot's rate: what is paid for has its own."""
        # Both conditions on ended_at, so that the index of what has ended serves the count.
        lately = (m.ended_at.is_not(None), m.ended_at > within(-MINUTE_S))
        mine = (m.bot_id == self._bot_id, m.state == State.SENT.value, *lately)
        paid = m.broadcast_id.in_(paid_broadcasts(self._bot_id))
        return select(func.count()).where(*mine, ~paid).scalar_subquery()


def check_file(url: str) -> None:
    """Raise LedgerUnavailable for a SQLite file that is not there: to open it would make it."""
    wanted = normalise_url(url)
    if wanted.get_backend_name() == "sqlite" and not Path(str(wanted.database)).exists():
        raise LedgerUnavailable(f"{wanted.database}: no ledger yet; run `analyticbot db upgrade`")


def _oldest_s(now: Any, *moments: Any) -> float | None:
    due = [moment for moment in moments if moment is not None]
    return max(0.0, (now - min(due)).total_seconds()) if due else None
