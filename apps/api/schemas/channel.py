"""Channels, and what was seen of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from apps.api.schemas.text import PlainText
from core import channel, channel_stats, engagement
from core.channel_rights import Right
from core.posting_hours import HourOfWeek

AT = "2026-03-01T09:00:00+00:00"
CHANNEL: Mapping[str, Any] = {
    "chat_id": "-1001234567890",
    "name": "@our_news",
    "type": "channel",
    "title": "Our news",
    "username": "our_news",
    "members": 1204,
    "preview": "open",
    "preview_reason": "",
    "trouble": "",
    "lacks": [],
    "added_at": "2026-01-05T12:00:00+00:00",
    "removed_at": None,
    "looked_at": AT,
}
POST: Mapping[str, Any] = {
    "message_id": 17,
    "posted_at": AT,
    "head": "Good morning!",
    "views": 1204,
    "views_shown": "1.2K",
    "sampled_at": AT,
    "is_there": True,
}
RUN = {"at": AT, "until": "2026-03-01T10:00:00+00:00", "value": 1204, "precision": 1}


def _example(value: Mapping[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [dict(value)]})


class NewChannel(BaseModel):
    model_config = _example({"chat_id": "@our_news"})

    chat_id: StrictInt | PlainText = Field(description="A number such as -100…, or @name.")


class Channel(BaseModel):
    """`preview`: whether its posts and views can be read (`open`), or not (`none`, and why); null
    where nobody has looked yet. `lacks` are rights that the bot has not got there, null where
    nobody has asked. `trouble` is why Telegram told nothing of it at the last look.
    """

    model_config = _example(CHANNEL)

    chat_id: str
    name: str
    type: str
    title: str
    username: str | None
    members: int | None
    preview: str | None
    preview_reason: str
    trouble: str
    lacks: list[Right] | None
    added_at: datetime
    removed_at: datetime | None
    looked_at: datetime | None

    @classmethod
    def of(cls, found: channel.Channel) -> "Channel":
        facts = found.facts
        return cls(
            chat_id=facts.chat_id,
            name=found.name,
            type=facts.type,
            title=facts.title,
            username=facts.username,
            members=facts.members,
            preview=found.preview,
            preview_reason=found.preview_reason,
            trouble=found.trouble,
            lacks=None if found.lacks is None else list(found.lacks),
            added_at=found.added_at,
            removed_at=found.removed_at,
            looked_at=found.looked_at,
        )


class Channels(BaseModel):
    model_config = _example({"items": [CHANNEL], "next": None})

    items: list[Channel]
    next: str | None


class Post(BaseModel):
    """`views` is a lower bound where Telegram shows a rounded count: `views_shown` as it does."""

    model_config = _example(POST)

    message_id: int
    posted_at: datetime
    head: str
    views: int | None
    views_shown: str
    sampled_at: datetime | None
    is_there: bool

    @classmethod
    def of(cls, post: channel.Post) -> "Post":
        return cls(
            message_id=post.message_id,
            posted_at=post.posted_at,
            head=post.head,
            views=post.views,
            views_shown=post.views_raw,
            sampled_at=post.sampled_at,
            is_there=post.is_there,
        )


class Posts(BaseModel):
    model_config = _example({"items": [POST], "next": None})

    items: list[Post]
    next: str | None


class Run(BaseModel):
    """The same count, seen from `at` until `until`: at least `value`, less than that plus
    `precision`.
    """

    model_config = _example(RUN)

    at: datetime
    until: datetime
    value: int
    precision: int

    @classmethod
    def of(cls, run: channel.Run) -> "Run":
        return cls(at=run.at, until=run.until, value=run.value, precision=run.precision)


class Samples(BaseModel):
    model_config = _example({"items": [RUN], "next": None})

    items: list[Run]
    next: str | None


class Growth(BaseModel):
    first: int
    last: int
    change: int
    percent: float | None
    since: datetime
    until: datetime

    @classmethod
    def of(cls, found: engagement.Growth | None) -> "Growth | None":
        return cls.model_validate(found, from_attributes=True) if found is not None else None


class Median(BaseModel):
    views: float
    posts: int

    @classmethod
    def of(cls, found: engagement.Median | None) -> "Median | None":
        return cls(views=found.views, posts=found.posts) if found is not None else None


class Hour(BaseModel):
    """Of the week; weekday 0 is Monday. `views` is the median at 24 h of its posts."""

    weekday: int
    hour: int
    views: float
    posts: int

    @classmethod
    def of(cls, found: HourOfWeek) -> "Hour":
        return cls.model_validate(found, from_attributes=True)


class Stats(BaseModel):
    """Figures of what was seen; null for what nobody has seen, never 0.

    `views` are medians at an age of 1 h, 24 h and 7 d; `last_week` and `week_before` medians at
    24 h of those seven days each; `engagement` is views at 24 h for each member. `best_hours` are
    empty, and `too_little` says why, where there are too few posts to compare.
    """

    model_config = _example(
        {
            "channel": CHANNEL,
            "days": 30.0,
            "members": {
                "first": 1100,
                "last": 1204,
                "change": 104,
                "percent": 9.45,
                "since": "2026-02-01T09:00:00+00:00",
                "until": AT,
            },
            "posts": 42,
            "views": {
                "1 h": {"views": 210.0, "posts": 40},
                "24 h": {"views": 640.0, "posts": 38},
                "7 d": None,
            },
            "last_week": {"views": 650.0, "posts": 9},
            "week_before": {"views": 600.0, "posts": 11},
            "engagement": 0.53,
            "best_post": POST,
            "best_hours": [{"weekday": 0, "hour": 9, "views": 810.0, "posts": 4}],
            "too_little": "",
            "zone": "Asia/Tashkent",
        }
    )

    channel: Channel
    days: float
    members: Growth | None
    posts: int
    views: dict[str, Median | None]
    last_week: Median | None
    week_before: Median | None
    engagement: float | None
    best_post: Post | None
    best_hours: list[Hour]
    too_little: str
    zone: str

    @classmethod
    def of(cls, stats: channel_stats.ChannelStats, zone: str) -> "Stats":
        return cls(
            channel=Channel.of(stats.channel),
            days=stats.days,
            members=Growth.of(stats.members),
            posts=stats.posts,
            views={age: Median.of(found) for age, found in stats.views.items()},
            last_week=Median.of(stats.last_week),
            week_before=Median.of(stats.week_before),
            engagement=stats.engagement,
            best_post=Post.of(stats.best) if stats.best is not None else None,
            best_hours=[Hour.of(each) for each in stats.hours.best],
            too_little=stats.hours.too_little,
            zone=zone,
        )
