"""What is read of one channel to be shown, whoever shows it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.channel import Channel, Post, Run
from core.channel_stats import ChannelStats, channel_stats
from infra.db.channels import Channels


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was read of one channel; posts newest first. Hours are told by the zone."""

    since: datetime
    now: datetime
    posts: Sequence[Post]
    members: Sequence[Run]
    stats: ChannelStats
    zone: ZoneInfo

    @property
    def channel(self) -> Channel:
        return self.stats.channel


async def read(
    channels: Channels, channel: Channel, days: int, now: datetime, zone: ZoneInfo
) -> Seen:
    """Of the days up to now."""
    since = now - timedelta(days=days)
    posts = await channels.posts.since(channel.id, since)
    members = await channels.members.since(channel.id, since)
    told = (channel, posts, members, since, now, zone)
    stats = await asyncio.to_thread(channel_stats, *told)  # of thousands of posts: half a second
    return Seen(since, now, posts, members, stats, zone)
