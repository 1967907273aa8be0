"""What a channel's page shows: figures, and what its charts are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from core.channel import OPEN, Channel, Post
from core.channel_rights import Right, is_out, no_posting
from core.engagement import curve, views_at
from core.posting_hours import HourOfWeek, PostingHours
from infra.channel_view import Seen

HOUR_S = 3_600.0
CURVES = 5
CURVE_AGES_H = (0, 0.5, 1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 21, 24, 30, 36, 42, 48)
TOLD_AGES_H = (1, 3, 6, 12, 24, 48)
"""Of a curve as a table."""

BARS = 250
LEVELS = 5
WEEK, HOURS = range(7), range(24)

REMEDIES = {
    Right.POST: "publish there",
    Right.EDIT: "edit posts",
    Right.DELETE: "delete posts",
    Right.PIN: "pin posts",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of the week: `level` 1 to LEVELS by its views, 0 where nobody posted then."""

    level: int
    seen: HourOfWeek | None


def charts(seen: Seen) -> dict[str, Any]:
    """As static/charts.js draws them. Times are seconds since 1970; of posts oldest first."""
    shown = [post for post in seen.posts if post.views is not None][:BARS][::-1]
    corners = member_points(seen)
    return {
        "members": {"at": [at.timestamp() for at, _ in corners], "values": [n for _, n in corners]},
        "posts": {
            "at": [post.posted_at.timestamp() for post in shown],
            "values": [post.views for post in shown],
            "names": [post.head for post in shown],
        },
        "curves": {
            "ages": CURVE_AGES_H,
            "lines": [
                {
                    "name": post.head,
                    "at": post.posted_at.timestamp(),
                    "values": _at_ages(post, CURVE_AGES_H),
                }
                for post in curved(seen.posts)
            ],
        },
    }


def member_points(seen: Seen) -> list[tuple[datetime, int]]:
    """Where the line of members bends."""
    points = [(max(run.at, seen.since), run.value) for run in seen.members]
    points += [
        (run.until, run.value) for run in seen.members if run.until > max(run.at, seen.since)
    ]
    return sorted(points, key=lambda point: point[0])


def curved(posts: Sequence[Post]) -> list[Post]:
    """The newest posts whose views were seen more than once."""
    return list(islice((post for post in posts if len(curve(post, 2)) > 1), CURVES))


def curve_table(posts: Sequence[Post]) -> list[tuple[Post, list[float | None]]]:
    return [(post, _at_ages(post, TOLD_AGES_H)) for post in curved(posts)]


def best_posts(posts: Sequence[Post], many: int) -> list[Post]:
    """The most views first."""
    seen = [post for post in posts if post.views is not None]
    return sorted(seen, key=lambda post: (post.views or 0, post.posted_at), reverse=True)[:many]


def heat(hours: PostingHours) -> list[list[Cell]]:
    """A row for each day of the week, from Monday on."""
    by_hour = {(each.weekday, each.hour): each for each in hours.hours}
    ranks = sorted(each.views for each in hours.hours)
    return [[_cell(by_hour.get((day, hour)), ranks) for hour in HOURS] for day in WEEK]


def troubles(channel: Channel) -> list[str]:
    """What is amiss with it, and what to do about it."""
    told = []
    if channel.removed_at is not None:
        told.append("It is recorded no more. Add it again to go on; what was seen is kept.")
    if channel.trouble:
        told.append(f"Telegram tells nothing of it: {channel.trouble}")
    if channel.lacks:
        told.append(_lacking(channel, channel.lacks))
    return told


def no_views(channel: Channel) -> str:
    """Why there are no views to be had; "" where there are."""
    if channel.preview is None:
        return "Nobody has looked yet; that happens within five minutes."
    if channel.preview != OPEN:
        return f"Telegram shows views only on a channel's public page: {channel.preview_reason}"
    return ""


def _lacking(channel: Channel, lacks: Sequence[Right]) -> str:
    if why := no_posting(lacks, channel.facts.type):
        do = "Make it an administrator again" if is_out(lacks) else "Give it the right to post"
        return f"Nothing can be published here: {why}. {do}, in the channel's settings."
    deeds = ", ".join(REMEDIES[right] for right in lacks)
    return f"The bot may not {deeds}. Allow it in the channel's settings, if it is to do that."


def _cell(seen: HourOfWeek | None, ranks: Sequence[float]) -> Cell:
    if seen is None:
        return Cell(0, None)
    below = sum(views < seen.views for views in ranks)
    return Cell(1 + min(LEVELS - 1, below * LEVELS // len(ranks)), seen)


def _at_ages(post: Post, ages_h: Sequence[float]) -> list[float | None]:
    """Rounded; at the age 0 there are none."""
    found = (views_at(post, age * HOUR_S) if age else 0.0 for age in ages_h)
    return [None if views is None else round(views) for views in found]
