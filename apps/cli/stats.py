"""`analyticbot stats`: a channel's members, views and growth."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.text import Text

from apps.cli.channels import facts, find, views_of
from apps.cli.show import as_json, as_values, console, table
from apps.cli.sparkline import sparkline
from apps.cli.times import local_zone_name
from core.channel import OPEN, Channel, Post, Run
from core.channel_stats import ChannelStats, channel_stats
from core.chat_id import parse_chat_id
from core.engagement import Growth, Median, course, curve
from core.errors import InvalidInput
from core.posting_hours import PostingHours
from infra.celery.analytics import process_channel
from infra.celery.runtime import Runtime, current

NEWEST = 10
BEST_HOURS = 3
CURVE, COURSE = 12, 24
"""How many characters wide."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Asked:
    chat: str
    days: float
    now: bool
    zone: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was read; posts newest first."""

    at: datetime
    posts: Sequence[Post]
    members: Sequence[Run]
    stats: ChannelStats


def show(asked: Asked, *, json: bool) -> None:
    """Raises NotFound, and what `process_channel` raises where it is to look first."""
    zone = _zone(asked.zone)
    runtime, chat_id = current(), parse_chat_id(asked.chat)
    channel = find(runtime, chat_id)
    if asked.now:
        runtime.call(process_channel(runtime, channel.facts.chat_id))
        channel = find(runtime, channel.facts.chat_id)
    seen = runtime.call(_read(runtime, channel, asked.days, zone))
    if json:
        return as_json(_as_json(seen))
    _show_stats(seen, zone)
    return _show_posts(seen)


async def _read(runtime: Runtime, channel: Channel, days: float, zone: tzinfo) -> Seen:
    channels = runtime.channels
    now = await runtime.ledger.database.now()
    since = now - timedelta(days=days)
    posts = await channels.posts.since(channel.id, since)
    members = await channels.members.since(channel.id, since)
    return Seen(now, posts, members, channel_stats(channel, posts, members, since, now, zone))


def _show_stats(seen: Seen, zone: tzinfo) -> None:
    stats, channel = seen.stats, seen.stats.channel
    lines = table("", "")
    lines.show_header = False
    told: dict[str, str | Text] = {
        "channel": Text(f"{channel.facts.title} ({channel.name}), {channel.facts.type}"),
        "members": Text(_members(channel, stats.members, seen.members)),
        "posts": f"{stats.posts} in {stats.days:g} days" if seen.posts else "",
        "views": Text(_views(channel, stats)),
        "week": _weeks(stats),
        "engagement": f"{stats.engagement:.3g} views a member at 24 h" if stats.engagement else "",
        "best post": Text(_best(stats.best)) if stats.best else "",
        "best hours": Text(_hours(stats.hours, zone)) if seen.posts else "",
    }
    for name, value in told.items():
        if value:
            lines.add_row(name, value)
    console().print(lines)


def _show_posts(seen: Seen) -> None:
    if not seen.posts:
        return
    rows = table("post", "posted (UTC)", "age", "views", "curve", "text")
    for post in seen.posts[:NEWEST]:
        rows.add_row(
            str(post.message_id),
            f"{post.posted_at:%Y-%m-%d %H:%M}",
            _age(seen.at - post.posted_at),
            post.views_raw + ("" if post.is_there else " (gone)"),
            sparkline(curve(post, CURVE), floor=0),
            Text(post.head),
        )
    console().print(rows)


def _members(channel: Channel, growth: Growth | None, runs: Sequence[Run]) -> str:
    if growth is None:
        return "not counted yet"
    percent = f", {growth.percent:+.1f} %" if growth.percent is not None else ""
    since = f"since {growth.since:%Y-%m-%d %H:%M} UTC"
    line = sparkline(course(runs, COURSE)) if len(runs) > 1 else ""
    return f"{channel.facts.members:,} ({growth.change:+,}{percent} {since}) {line}".rstrip()


def _views(channel: Channel, stats: ChannelStats) -> str:
    if channel.trouble or channel.preview != OPEN:
        told = views_of(channel)
        todo = f"; look at once by `analyticbot stats {channel.name} --now`, or run the stack"
        return told if channel.looked_at else told + todo
    known = {name: median for name, median in stats.views.items() if median}
    if not known:
        return "at 1 h, 24 h and 7 d not known yet: no post was seen at that age"
    return "median " + ", ".join(f"at {age} {_median(each)}" for age, each in known.items())


def _weeks(stats: ChannelStats) -> str:
    if not (stats.last_week and stats.week_before):
        return ""
    last, before = _median(stats.last_week), _median(stats.week_before)
    return f"median at 24 h {last}, the week before {before}"


def _median(median: Median) -> str:
    return f"{median.views:,.0f} ({median.posts} post{'s' * (median.posts != 1)})"


def _best(post: Post) -> str:
    return f"{post.message_id}, {post.views_raw} views: {post.head}"


def _hours(hours: PostingHours, zone: tzinfo) -> str:
    if hours.too_little:
        return hours.too_little
    best = (
        f"{WEEKDAYS[each.weekday]} {each.hour:02}-{each.hour + 1:02} h "
        f"(median {each.views:,.0f} at 24 h, {each.posts} posts)"
        for each in hours.best[:BEST_HOURS]
    )
    return f"{', '.join(best)}; {zone}"


def _age(age: timedelta) -> str:
    hours, rest = divmod(max(int(age.total_seconds()), 0), 3600)
    if hours >= 48:
        return f"{hours // 24} d"
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min"


def _as_json(seen: Seen) -> dict[str, Any]:
    told = asdict(seen.stats)
    told |= {"channel": facts(seen.stats.channel), "at": seen.at}
    told["posts"] = [asdict(post) for post in seen.posts]
    told["member_runs"] = [asdict(run) for run in seen.members]
    values: dict[str, Any] = as_values(told)
    return values


def _zone(name: str | None) -> tzinfo:
    name = name or local_zone_name() or "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        remedy = "write one such as Europe/Berlin, America/New_York or UTC"
        raise InvalidInput("--tz", f"{name[:40]!r} is not a time zone", remedy) from None
