"""What a channel's charts show, worked out and worded: charts.py has only to draw it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from statistics import median
from zoneinfo import ZoneInfo

from apps.bot.chart import Chart, ChartKind, Line
from apps.bot.clocks import day_told
from apps.bot.texts import Words
from core.channel import Post, Run
from core.posting_hours import HourOfWeek, PostingHours
from core.time_words import vocabulary_of

CURVES, CURVE_HOURS = 5, 48.0
BARS = 30
DATES = 5
WEEK, HOURS = 7, 24
HEAD = 32
HOUR_TICKS = range(0, HOURS, 3)
MINUTES_NEAR_DAY = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose clocks and whose language; `title` is the channel's."""

    title: str
    zone: ZoneInfo
    words: Words


def members_chart(
    runs: Sequence[Run], since: datetime, now: datetime, viewer: Viewer
) -> Chart | None:
    """The count of members over time; None with a single look, which is no course."""
    points = [(max(run.at, since), run.value) for run in runs]
    points += [(run.until, run.value) for run in runs if run.until > max(run.at, since)]
    points.sort(key=lambda point: point[0])
    if len(points) < 2:
        return None
    line = Line(tuple(at.timestamp() for at, _ in points), tuple(float(n) for _, n in points))
    ticks = date_ticks(points[0][0], now, viewer)
    return Chart(*_named(ChartKind.MEMBERS, viewer), lines=(line,), ticks=ticks)


def posts_chart(posts: Sequence[Post], viewer: Viewer) -> Chart | None:
    """The views of each of the newest posts, oldest first; None where none has any."""
    seen = [post for post in posts if post.views is not None][:BARS][::-1]
    if not seen:
        return None
    views = tuple(float(post.views or 0) for post in seen)
    line = Line(tuple(map(float, range(len(seen)))), views)
    step = max(1, -(-len(seen) // DATES))
    ticks = tuple(
        (float(place), _day(seen[place].posted_at, viewer)) for place in range(0, len(seen), step)
    )
    middle = median(views)
    level = (middle, viewer.words.format("chart-median", n=round(middle)))
    named = _named(ChartKind.POSTS, viewer)
    return Chart(*named, lines=(line,), ticks=ticks, level=level if len(seen) > 2 else None)


def curves_chart(posts: Iterable[Post], viewer: Viewer) -> Chart | None:
    """How the views of the newest posts grew with their age in hours. Of thousands no more are
    looked at than are drawn.
    """
    lines = (_curve(post, viewer) for post in posts)
    drawn = tuple(islice((line for line in lines if line.xs), CURVES))
    if not drawn:
        return None
    longest = max(line.xs[-1] for line in drawn)
    step = next(hours for hours in (1, 3, 6, 12) if longest / hours <= 6 or hours == 12)
    hours = range(0, int(longest) + 1, step)
    ticks = tuple((float(n), viewer.words.format("chart-hours", n=n)) for n in hours)
    return Chart(*_named(ChartKind.CURVES, viewer), lines=drawn, ticks=ticks)


def hours_chart(hours: PostingHours, viewer: Viewer) -> Chart | None:
    """The median of views at 24 h by weekday and hour, as clocks show them in the zone; None
    where no post has been seen at 24 h. The best hour is named where it rests on enough posts.
    """
    if not hours.hours:
        return None
    cells: list[list[float | None]] = [[None] * HOURS for _ in range(WEEK)]
    for each in hours.hours:
        cells[each.weekday][each.hour] = each.views
    best = hours.best[0] if hours.best else None
    return Chart(
        *_named(ChartKind.HOURS, viewer),
        level=(best.views, best_told(best, viewer.words)) if best else None,
        ticks=tuple((hour + 0.5, f"{hour:02}") for hour in HOUR_TICKS),
        cells=tuple(map(tuple, cells)),
        rows=tuple(vocabulary_of(viewer.words.language).weekdays),
    )


def best_told(best: HourOfWeek, words: Words) -> str:
    when = f"{vocabulary_of(words.language).weekdays[best.weekday]} {best.hour:02}:00"
    return words.format("chart-best", n=round(best.views), when=when)


def date_ticks(since: datetime, until: datetime, viewer: Viewer) -> tuple[tuple[float, str], ...]:
    """A handful of moments; with the time of day where they are close to each other."""
    span = until - since
    step = span / DATES
    near = span < MINUTES_NEAR_DAY
    moments = [since + step * (n + 0.5) for n in range(DATES)]
    if near:
        return tuple((at.timestamp(), f"{at.astimezone(viewer.zone):%H:%M}") for at in moments)
    return tuple((at.timestamp(), _day(at, viewer)) for at in moments)


def _curve(post: Post, viewer: Viewer) -> Line:
    corners = [(0.0, 0.0)] if post.runs else []
    for run in post.runs:
        for at in dict.fromkeys((run.at, run.until)):
            age_h = (at - post.posted_at) / timedelta(hours=1)
            if 0 <= age_h <= CURVE_HOURS:
                corners.append((age_h, float(run.value)))
    if len(corners) < 3:  # the beginning and one look make no curve
        return Line((), ())
    head = " ".join(post.head.split())
    short = head[:HEAD] + ("…" if len(head) > HEAD else "")
    label = f"{_day(post.posted_at, viewer)}  {short}"
    return Line(tuple(x for x, _ in corners), tuple(y for _, y in corners), label)


def _named(kind: ChartKind, viewer: Viewer) -> tuple[ChartKind, str, str]:
    zone = viewer.zone.key.rpartition("/")[2].replace("_", " ")
    return kind, viewer.words.format("chart-title", kind=kind.value), f"{viewer.title} · {zone}"


def _day(at: datetime, viewer: Viewer) -> str:
    """Without the weekday: "26 Nov"."""
    return day_told(at.astimezone(viewer.zone).date(), viewer.words.language).partition(", ")[2]
