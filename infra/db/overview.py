"""How many an audience has, and how many of them may be written to; if not, why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, func

from core.audience import Audience
from infra.db.audience_tables import subscriber_tags
from infra.db.audiences import Audiences, members, reached, tags_of
from infra.db.bot_tables import subscribers
from infra.db.engine import Database
from infra.db.reach import is_reached

s, t = subscribers.c, subscriber_tags.c

TAGS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Overview:
    """`members` is the sum of the next four: who is not reached is told once, by the first of the
    others that fits. `languages` ("" where none is known) and `tags` count the reached, most
    first; of the tags the first TAGS_SHOWN.
    """

    members: int
    reached: int
    stopped: int
    blocked: int
    unreachable: int
    languages: Mapping[str, int]
    tags: Mapping[str, int]


async def overview(database: Database, bot_id: int, audience: Audience) -> Overview:
    """Raises NotFound for a list that there is not."""
    await Audiences(database, bot_id).check(audience)
    by_reach = await _counted(database, members(bot_id, audience), how_reached())
    language = func.lower(s.language_code)
    return Overview(
        members=sum(by_reach.values()),
        reached=by_reach.get("reached", 0),
        stopped=by_reach.get("stopped", 0),
        blocked=by_reach.get("blocked", 0),
        unreachable=by_reach.get("unreachable", 0),
        languages=await _counted(database, reached(bot_id, audience), language),
        tags=await _counted(database, tags_of(bot_id, audience), t.tag, TAGS_SHOWN),
    )


def how_reached() -> Any:
    """Of a row of subscribers who joined: "reached", or the first thing that is in the way."""
    return case(
        (and_(*is_reached()), "reached"),
        (s.stopped_at.is_not(None), "stopped"),
        (s.blocked_at.is_not(None), "blocked"),
        else_="unreachable",
    )


async def _counted(
    database: Database, query: Select[Any], by: Any, limit: int | None = None
) -> dict[str, int]:
    """How many rows have each value, most first."""
    count = func.count()
    grouped = (
        query.with_only_columns(by.label("told_by"), count, maintain_column_froms=True)
        .group_by("told_by")
        .order_by(count.desc(), "told_by")
        .limit(limit)
    )
    async with database.reading() as connection:
        return {row[0]: row[1] for row in await connection.execute(grouped)}
