"""What the tests of broadcasts do again and again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text, update

from core.audience import Audience
from core.broadcast import Broadcast, Draft, Tally
from core.message import OnUncertain
from core.outcome import Outcome, Sent
from infra.db.bot_tables import subscribers
from infra.db.engine import Database
from infra.db.tables import broadcasts, messages
from tests.integration.conftest import BOT, Bench, request

EVERYBODY = Audience()


class BroadcastBench(Bench):
    """A ledger and the broadcasts in it."""

    async def draft(self, chats: int = 0, key: str = "b", **changes: Any) -> int:
        """A draft with so many chats, "1" and on."""
        wish = request(key, "", on_uncertain=OnUncertain.PARK, max_attempts=2)
        made = await self.ledger.broadcasts.create(replace(Draft(wish), **changes))
        if chats and "audience" not in changes:
            await self.add(made.broadcast_id, range(1, chats + 1))
        return made.broadcast_id

    async def add(self, broadcast_id: int, chats: Iterable[int]) -> int:
        slices = self.ledger.broadcast_build.chats(broadcast_id, [str(n) for n in chats])
        return sum([each.created async for each in slices])

    async def running(self, chats: int = 0, key: str = "b", **changes: Any) -> int:
        broadcast_id = await self.draft(chats, key, **changes)
        await self.ledger.broadcasts.start(broadcast_id)
        return broadcast_id

    async def deliver(self, *outcomes: Outcome) -> None:
        """Claim as many messages as there are outcomes, and let them end so."""
        claims = await self.claim(len(outcomes))
        assert len(claims) == len(outcomes)
        for claim, outcome in zip(claims, outcomes, strict=True):
            await self.end(await self.mark(claim), outcome)

    async def deliver_all(self) -> None:
        while claims := await self.claim():
            for claim in claims:
                await self.end(await self.mark(claim), Sent((1,)))

    async def get(self, broadcast_id: int) -> Broadcast:
        return await self.ledger.broadcasts.get(broadcast_id)

    async def tally(self, broadcast_id: int) -> Tally:
        return (await self.get(broadcast_id)).tally

    async def standing(self, broadcast_id: int) -> str:
        return (await self.get(broadcast_id)).state.value

    async def rows(self, broadcast_id: int) -> list[Any]:
        query = select(messages).where(messages.c.broadcast_id == broadcast_id)
        async with self.database.reading() as connection:
            return list((await connection.execute(query.order_by(messages.c.id))).all())

    async def put(self, broadcast_id: int, **values: Any) -> None:
        async with self.database.writing() as connection:
            this = update(broadcasts).where(broadcasts.c.id == broadcast_id)
            await connection.execute(this.values(**values))


async def subscribe(database: Database, ids: Iterable[int], **values: Any) -> None:
    """Subscribers with these ids, who started the bot."""
    profile = {"bot_id": BOT, "last_name": "", "username": "", "language_code": "en"}
    since = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    times = dict.fromkeys(("first_seen_at", "last_seen_at", "started_at", "joined_at"), since)
    row = profile | times | {"fields": {}} | values
    rows = [row | {"user_id": id_, "first_name": f"Name {id_}"} for id_ in ids]
    async with database.writing() as connection:
        await connection.execute(insert(subscribers), rows)


async def subscribe_many(
    database: Database, count: int, bot_id: int = BOT, language: str = "en"
) -> None:
    """So many of them, written by one statement in the server."""
    on_postgres = database.dialect == "postgresql"
    now = "now()" if on_postgres else "utc_now()"
    series = f"generate_series(1, {count}) AS n"
    numbers = f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count})"
    source = f"FROM {series}" if on_postgres else "FROM s"
    profile = f"'Name ' || n, '', '', '{language}'"
    values = f"{bot_id}, 100000000 + n, {profile}, {now}, {now}, {now}, {now}"
    names = "first_name, last_name, username, language_code"
    times = "first_seen_at, last_seen_at, started_at, joined_at"
    async with database.writing() as connection:
        await connection.execute(
            text(
                f"INSERT INTO subscribers (bot_id, user_id, {names}, {times}) "
                f"{'' if on_postgres else numbers} SELECT {values} {source}"
            )
        )
        await connection.execute(text("ANALYZE subscribers"))
