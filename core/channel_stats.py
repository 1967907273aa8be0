"""A channel's figures over some days, from what was seen of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from core.channel import Channel, Post, Run
from core.engagement import (
    DAY_S,
    HOUR_S,
    WEEK_S,
    Growth,
    Median,
    best_post,
    engagement_rate,
    growth,
    median_views,
)
from core.posting_hours import PostingHours, posting_hours

AGES_S = {"1 h": HOUR_S, "24 h": DAY_S, "7 d": WEEK_S}
WEEK = timedelta(seconds=WEEK_S)


@dataclass(frozen=True, slots=True)
class ChannelStats:
    """What there is to tell; None stands for what nobody has seen, never for 0.

    `views` are medians by age (AGES_S), `last_week` and `week_before` medians at 24 h of the
    posts of those seven days each. `engagement` is views at 24 h for each member.
    """

    channel: Channel
    days: float
    members: Growth | None
    posts: int
    views: dict[str, Median | None]
    last_week: Median | None
    week_before: Median | None
    engagement: float | None
    best: Post | None
    hours: PostingHours


def channel_stats(
    channel: Channel,
    posts: Sequence[Post],
    members: Sequence[Run],
    since: datetime,
    now: datetime,
    zone: tzinfo,
) -> ChannelStats:
    """Of the posts and the counts of members from `since` on; hours as clocks in the zone show."""
    views = {name: median_views(posts, age_s) for name, age_s in AGES_S.items()}
    return ChannelStats(
        channel=channel,
        days=(now - since) / timedelta(days=1),
        members=growth(members, since),
        posts=len(posts),
        views=views,
        last_week=median_views(posts, DAY_S, now - WEEK, now),
        week_before=median_views(posts, DAY_S, now - 2 * WEEK, now - WEEK),
        engagement=engagement_rate(views["24 h"], channel.facts.members),
        best=best_post(posts),
        hours=posting_hours(posts, zone),
    )
