"""A channel's figures in words, and its charts."""

from collections.abc import Iterator
from datetime import datetime

from apps.bot.chart import Chart, ChartKind
from apps.bot.chart_data import (
    Viewer,
    best_told,
    curves_chart,
    hours_chart,
    members_chart,
    posts_chart,
)
from apps.bot.clocks import day_told
from apps.bot.numbers import change_percent_told, change_told, percent_told
from apps.bot.texts import Words
from core.channel import OPEN, Post
from core.channel_stats import ChannelStats
from core.posting_hours import POSTS, POSTS_AN_HOUR
from infra.channel_view import Seen

BEST_HOURS = 2
TITLE, HEAD, WHY = 100, 120, 200
"""In characters: a caption holds 1,024 of Telegram's."""
AGES = {"1 h": "hour", "24 h": "day", "7 d": "week"}


def charts_of(seen: Seen, words: Words) -> dict[ChartKind, Chart]:
    """Those for which something was seen."""
    viewer = Viewer(seen.channel.facts.title, seen.zone, words)
    made = (
        members_chart(seen.members, seen.since, seen.now, viewer),
        posts_chart(seen.posts, viewer),
        curves_chart(seen.posts, viewer),
        hours_chart(seen.stats.hours, viewer),
    )
    return {chart.kind: chart for chart in made if chart is not None}


def stats_told(seen: Seen, words: Words) -> str:
    title = seen.channel.facts.title[:TITLE]
    lines = "\n".join(_lines(seen, words))
    return words.format("stats-told", title=title, n=round(seen.stats.days), lines=lines)


def _lines(seen: Seen, words: Words) -> Iterator[str]:
    stats, channel = seen.stats, seen.channel
    yield _members(seen, words)
    if channel.trouble:
        yield words.format("stats-trouble", why=channel.trouble[:WHY])
    if channel.preview is None and not seen.posts:
        yield words.format("stats-not-looked")
        return
    if channel.preview not in (OPEN, None):
        yield words.format("stats-no-preview", why=channel.preview_reason[:WHY])
    if not seen.posts:
        if channel.preview == OPEN:
            yield words.format("stats-no-posts")
        return
    yield words.format("stats-posts", n=stats.posts)
    yield _views(stats, words)
    if stats.engagement:
        yield words.format(
            "stats-engagement", percent=percent_told(100 * stats.engagement, words.language)
        )
    if stats.best is not None:
        yield _best(stats.best, seen, words)
    yield _hours(seen, words)


def _members(seen: Seen, words: Words) -> str:
    growth, members = seen.stats.members, seen.channel.facts.members
    if growth is None or members is None:
        return words.format("stats-members-unknown")
    if growth.since == growth.until or growth.percent is None:
        return words.format("stats-members-once", members=members)
    return words.format(
        "stats-members",
        members=members,
        change=change_told(growth.change, words.language),
        percent=change_percent_told(growth.percent, words.language),
        since=_day(growth.since, seen, words),
    )


def _views(stats: ChannelStats, words: Words) -> str:
    known = [
        words.format("stats-views-at", age=AGES[age], views=round(each.views))
        for age, each in stats.views.items()
        if each is not None
    ]
    if not known:
        return words.format("stats-views-unknown")
    return words.format("stats-views", views=" · ".join(known))


def _best(post: Post, seen: Seen, words: Words) -> str:
    return words.format(
        "stats-best",
        views=post.views or 0,
        when=_day(post.posted_at, seen, words),
        head=post.head[:HEAD] or "—",
    )


def _hours(seen: Seen, words: Words) -> str:
    hours = seen.stats.hours
    if hours.posts < POSTS:
        return words.format("stats-hours-few", posts=hours.posts, needed=POSTS)
    if hours.too_little:
        full = sum(each.posts >= POSTS_AN_HOUR for each in hours.hours)
        return words.format("stats-hours-thin", hours=full, needed=POSTS_AN_HOUR)
    best = "; ".join(best_told(each, words) for each in hours.best[:BEST_HOURS])
    return words.format("stats-hours", hours=best, zone=seen.zone.key)


def _day(at: datetime, seen: Seen, words: Words) -> str:
    return day_told(at.astimezone(seen.zone).date(), words.language)
