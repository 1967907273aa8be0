"""How much of a bot's is with its workers: paid broadcasts have room of their own."""

from sqlalchemy import ColumnElement, Select, case, false, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.states import is_queued
from infra.db.tables import broadcasts, messages

b, m = broadcasts.c, messages.c


def is_paid(broadcast_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether this is a paid broadcast; POSTS is none."""
    paid = select(b.paid).where(b.id == broadcast_id).scalar_subquery()
    return func.coalesce(paid, false())


def paid_broadcasts(bot_id: int) -> Select[tuple[int]]:
    """Their ids, whether they run or not."""
    return select(b.id).where(b.bot_id == bot_id, b.paid)


async def count_queued(connection: AsyncConnection, bot_id: int, *, paid: bool) -> int:
    """Messages of paid broadcasts that are queued, or all the others."""
    kinds = _kinds(bot_id).subquery("kinds")
    of_kind = kinds.c.paid if paid else ~kinds.c.paid
    return int(await connection.scalar(select(func.sum(kinds.c.n)).where(of_kind)) or 0)


def queued_and_paid(bot_id: int) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Columns with both counts: first of what is not paid for."""
    kinds = _kinds(bot_id).subquery("kinds")
    n, paid = kinds.c.n, kinds.c.paid
    unpaid, of_paid = case((paid, 0), else_=n), case((paid, n), else_=0)
    return func.coalesce(func.sum(unpaid), 0), func.coalesce(func.sum(of_paid), 0)


def _kinds(bot_id: int) -> Select[tuple[int, bool]]:
    """How many are queued (`n`) of the posts and of each broadcast, and whether that is `paid`."""
    counted = (
        select(m.broadcast_id, func.count().label("n"))
        .where(m.bot_id == bot_id, is_queued())
        .group_by(m.broadcast_id)
        .subquery("queued")
    )
    return select(counted.c.n, is_paid(counted.c.broadcast_id).label("paid"))
