"""What one claim takes: posts first, and of each running broadcast its share of what they leave."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Subquery, func, literal, select, union_all

from core.message import POSTS
from infra.db.broadcast_hours import Open
from infra.db.expiry import is_wanted
from infra.db.lanes import WHOLE, in_lane
from infra.db.moments import within
from infra.db.tables import messages

m = messages.c


class Shares:
    """Of one bot's messages that are due within `ahead_s`."""

    def __init__(self, bot_id: int, ahead_s: float) -> None:
        self._bot_id, self._ahead_s = bot_id, ahead_s

    def wanted(self, free: int, running: Sequence[Open], *, posts: int) -> Subquery:
        """The ids of `free` messages, of which `posts` may be posts."""
        first = self._lane(POSTS, WHOLE, literal(posts)).cte("posts")
        arms = [select(first.c.id)]
        if running:
            left = free - select(func.count()).select_from(first).scalar_subquery()
            share = (left + len(running) - 1) // len(running)
            most = -(-free // len(running))
            # Named by their places, so that other broadcasts make no other statement.
            for place, each in enumerate(running):
                some = Open(each.broadcast_id, each.lanes[:most])
                arms.append(self._share(f"share_{place}", some, share))
        # Rounded up, the shares may be one too many for each: the limit draws among them.
        return union_all(*arms).limit(free).subquery("wanted")

    def _share(self, name: str, of: Open, share: Any) -> Select[tuple[int]]:
        """What is taken from a broadcast: from its lanes in equal parts."""
        lanes, broadcast_id = of.lanes, of.broadcast_id
        if len(lanes) == 1:
            return select(self._lane(broadcast_id, lanes[0], share).cte(name).c.id)
        part = (share + len(lanes) - 1) // len(lanes)
        parts = (self._lane(broadcast_id, lane, part) for lane in lanes)
        ids = (select(each.cte(f"{name}_{place}").c.id) for place, each in enumerate(parts))
        return select(union_all(*ids).limit(share).subquery(name).c.id)

    def _lane(self, broadcast_id: int, lane: int, limit: Any) -> Select[tuple[int]]:
        its_due = (*in_lane(self._bot_id, broadcast_id, lane), m.due_at <= within(self._ahead_s))
        return (
            select(m.id)
            .where(*its_due, is_wanted())
            .order_by(m.due_at, m.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
