"""What one look at posts comes to: rows of posts, runs that go on, runs that begin."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, Text, insert, literal, select, true, update
from sqlalchemy.types import TypeEngine

from core.channel import SeenPost
from core.sampling import next_sample, phase_of
from infra.db.channel_tables import post_samples, posts
from infra.db.members import after
from infra.db.records import records
from infra.db.tables import UtcTime
from infra.db.upsert import insert_into

p, s = posts.c, post_samples.c

PREVIEW = "preview"
"""Where a sample is from: the channel's public preview page."""

POSTS: dict[str, TypeEngine[Any]] = {
    "message_id": BigInteger(),
    "posted_at": UtcTime(),
    "head": Text(),
    "views": BigInteger(),
    "views_raw": Text(),
    "sampled_at": UtcTime(),
    "sample_at": UtcTime(),
}
RUNS: dict[str, TypeEngine[Any]] = {
    "post_id": BigInteger(),
    "at": UtcTime(),
    "until": UtcTime(),
    "views": BigInteger(),
    "precision": Integer(),
    "raw": Text(),
}
LONGER: dict[str, TypeEngine[Any]] = {"post_id": BigInteger(), "at": UtcTime(), "until": UtcTime()}


@dataclass
class Batch:
    """The posts of a page beside what was known of them."""

    channel_id: int
    now: datetime
    known: Mapping[int, Any]
    posts: Sequence[SeenPost]
    _at: dict[int, datetime] = field(init=False)

    def __post_init__(self) -> None:
        self._at = {post.message_id: self._moment(post) for post in self.posts}

    def _moment(self, post: SeenPost) -> datetime:
        row = self.known.get(post.message_id)
        if row is None:
            return self.now
        return (
            max(self.now, row.sampled_at)
            if self._is_same(post)
            else after(self.now, row.sampled_at)
        )

    def _is_same(self, post: SeenPost) -> bool:
        row = self.known.get(post.message_id)
        # Without any run (they are not kept for ever) there is none that could go on.
        return row is not None and row.run_at is not None and row.views_raw == post.views.raw

    def rows(self) -> Iterable[dict[str, Any]]:
        phase = phase_of(self.channel_id)
        for post in self.posts:
            yield {
                "message_id": post.message_id,
                "posted_at": post.posted_at,
                "head": post.head,
                "views": post.views.value,
                "views_raw": post.views.raw,
                "sampled_at": self._at[post.message_id],
                "sample_at": next_sample(post.posted_at, self.now, phase),
            }

    def longer(self, ids: Mapping[int, int]) -> Iterable[dict[str, Any]]:
        """Runs that go on."""
        for post in filter(self._is_same, self.posts):
            at = self.known[post.message_id].run_at
            until = self._at[post.message_id]
            yield {"post_id": ids[post.message_id], "at": at, "until": until}

    def begun(self, ids: Mapping[int, int]) -> Iterable[dict[str, Any]]:
        """Runs that begin."""
        for post in self.posts:
            if not self._is_same(post):
                at, views = self._at[post.message_id], post.views
                yield {
                    "post_id": ids[post.message_id],
                    "at": at,
                    "until": at,
                    "views": views.value,
                    "precision": views.precision,
                    "raw": views.raw,
                }


def upsert(dialect: str, channel_id: int) -> Any:
    seen = records(dialect, "posts_seen", POSTS)
    rows = select(literal(channel_id, BigInteger), *(seen.c[name] for name in POSTS))
    # "true": without a WHERE, SQLite takes ON CONFLICT for a join's ON.
    statement = insert_into(dialect, posts).from_select(["channel_id", *POSTS], rows.where(true()))
    news = {name: statement.excluded[name] for name in POSTS if name != "message_id"}
    return statement.on_conflict_do_update(
        index_elements=["channel_id", "message_id"], set_=news
    ).returning(p.message_id, p.id)


def lengthen(dialect: str) -> Any:
    longer = records(dialect, "longer", LONGER)
    this = (s.post_id == longer.c.post_id) & (s.at == longer.c.at)
    return update(post_samples).where(this).values(until=longer.c.until)


def begin(dialect: str) -> Any:
    runs = records(dialect, "runs", RUNS)
    rows = select(*(runs.c[name] for name in RUNS), literal(PREVIEW))
    return insert(post_samples).from_select([*RUNS, "source"], rows)
