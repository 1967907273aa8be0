"""The people who run the bot, and what each of them has chosen."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from sqlalchemy import case, delete, func, select, update

from core.errors import NotFound, TransitionRefused
from core.person import Person, Role, minute_of, time_of
from infra.db.bot_tables import conversations, invites, people, subscribers
from infra.db.engine import Database

p, s = people.c, subscribers.c

_RANK = case({role.value: rank for rank, role in enumerate(Role)}, value=p.role)
_KNOWN = people.outerjoin(subscribers, (s.bot_id == p.bot_id) & (s.user_id == p.user_id))
_COLUMNS = (
    *(p.user_id, p.role, p.joined_at, p.language, p.zone),
    *(p.quiet_from, p.quiet_to, p.alerts, p.muted),
    *(s.first_name, s.last_name, s.username, s.language_code),
)


class People:
    """One bot's."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def find(self, user_id: int) -> Person | None:
        query = select(*_COLUMNS).select_from(_KNOWN).where(self._is(user_id))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _as_person(row) if row is not None else None

    async def listed(self, role: Role | None = None) -> list[Person]:
        """All, or those of one role; owners first, and who came first before who came later."""
        query = select(*_COLUMNS).select_from(_KNOWN).where(p.bot_id == self._bot_id)
        if role is not None:
            query = query.where(p.role == role.value)
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(_RANK, p.joined_at, p.user_id))
            return [_as_person(row) for row in rows]

    async def has_owner(self) -> bool:
        owners = select(func.count()).where(p.bot_id == self._bot_id, p.role == Role.OWNER.value)
        async with self._database.reading() as connection:
            return bool(await connection.scalar(owners))

    async def remove(self, user_id: int) -> None:
        """With the codes that they have made and the conversation that they were in.

        Raises NotFound, and TransitionRefused for the last owner.
        """
        owners = (
            select(p.user_id)
            .where(p.bot_id == self._bot_id, p.role == Role.OWNER.value)
            .with_for_update()  # two owners who remove each other: one of them stays
        )
        i, c = invites.c, conversations.c
        mine = (i.bot_id == self._bot_id) & (i.made_by == user_id) & i.used_by.is_(None)
        talk = (c.bot_id == self._bot_id) & (c.user_id == user_id)
        async with self._database.writing() as connection:
            left = set((await connection.scalars(owners)).all())
            if left == {user_id}:
                raise TransitionRefused("the last owner cannot be removed; invite another first")
            removed = await connection.execute(delete(people).where(self._is(user_id)))
            if removed.rowcount != 1:
                raise NotFound(f"no person {user_id}")
            await connection.execute(delete(invites).where(mine))
            await connection.execute(delete(conversations).where(talk))

    async def inviter_of(self, user_id: int) -> Person | None:
        """Whose code let them in; None for the console's, and where that one is gone by now."""
        async with self._database.reading() as connection:
            inviter = await connection.scalar(select(p.invited_by).where(self._is(user_id)))
        return await self.find(inviter) if inviter is not None else None

    async def choose_language(self, user_id: int, language: str) -> None:
        """One of the bot's languages, "" for Telegram's. Raises NotFound, as the next ones do."""
        await self._set(user_id, {"language": language or None})

    async def choose_zone(self, user_id: int, zone: str) -> None:
        await self._set(user_id, {"zone": zone or None})

    async def choose_quiet(self, user_id: int, quiet: tuple[time, time] | None) -> None:
        start, end = map(minute_of, quiet) if quiet else (None, None)
        await self._set(user_id, {"quiet_from": start, "quiet_to": end})

    async def choose_alerts(self, user_id: int, wanted: bool) -> None:
        await self._set(user_id, {"alerts": wanted})

    async def choose_muted(self, user_id: int, kinds: Iterable[str]) -> None:
        """The kinds of alerts that are not wanted."""
        await self._set(user_id, {"muted": " ".join(sorted(kinds)) or None})

    async def _set(self, user_id: int, values: Mapping[str, Any]) -> None:
        statement = update(people).where(self._is(user_id)).values(**values)
        async with self._database.writing() as connection:
            if (await connection.execute(statement)).rowcount != 1:
                raise NotFound(f"no person {user_id}")

    def _is(self, user_id: int) -> Any:
        return (p.bot_id == self._bot_id) & (p.user_id == user_id)


def _as_person(row: Any) -> Person:
    name = f"{row.first_name or ''} {row.last_name or ''}".strip()
    quiet = None
    if row.quiet_from is not None and row.quiet_to is not None:
        quiet = (time_of(row.quiet_from), time_of(row.quiet_to))
    return Person(
        user_id=row.user_id,
        role=Role(row.role),
        name=name or row.username or str(row.user_id),
        username=row.username or "",
        language=row.language or "",
        language_code=row.language_code or "",
        zone=row.zone or "",
        quiet=quiet,
        alerts=row.alerts,
        joined_at=row.joined_at,
        muted=frozenset((row.muted or "").split()),
    )
