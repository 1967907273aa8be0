"""What the charts are given to draw, and that matplotlib draws just that."""

import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from apps.bot.chart import Chart, ChartKind, read_chart
from apps.bot.chart_data import (
    BARS,
    CURVES,
    Viewer,
    curves_chart,
    hours_chart,
    members_chart,
    posts_chart,
)
from apps.bot.charts import HEIGHT_PX, WIDTH_PX, compact, figure, render, shown
from apps.bot.stats_words import stats_told
from apps.bot.texts import LANGUAGES, Texts
from core.channel import OPEN, Channel, Facts, Post, Run
from core.channel_stats import channel_stats
from core.posting_hours import posting_hours
from infra.channel_view import Seen

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
SINCE = NOW - timedelta(days=30)
TASHKENT = ZoneInfo("Asia/Tashkent")
HOUR = timedelta(hours=1)


def viewer(language: str = "en", title: str = "News") -> Viewer:
    return Viewer(title, TASHKENT, Texts().of(language))


def post(number: int, views: int = 100) -> Post:
    """One a day at 22:00 UTC, 03:00 of the next day in Tashkent; seen at 1, 6, 24 and 30 h."""
    at = datetime(2026, 11, 21, 22, tzinfo=UTC) - timedelta(days=number)
    ages = [hours for hours in (1, 6, 24, 30) if at + hours * HOUR <= NOW]
    runs = tuple(Run(at + h * HOUR, at + h * HOUR, views * h // 30) for h in ages)
    return Post(number, at, f"Post {number}", views, "", NOW, True, runs)


POSTS = [post(number, 100 + number) for number in range(40)]
MEMBERS = [
    Run(SINCE - HOUR, SINCE + HOUR, 990),
    Run(SINCE + 2 * HOUR, SINCE + 2 * HOUR, 1000),
    Run(NOW - HOUR, NOW, 1200),
]

CHANNEL = Channel(
    1, Facts("-1", "channel", "News", None, 1200), OPEN, "", "", SINCE, None, None, NOW
)


def xs(line: Line2D) -> list[float]:
    return [float(x) for x in np.asarray(line.get_xdata())]


def ys(line: Line2D) -> list[float]:
    return [float(y) for y in np.asarray(line.get_ydata())]


def drawn(language: str = "en", title: str = "News") -> list[Chart]:
    who = viewer(language, title)
    made = (
        members_chart(MEMBERS, SINCE, NOW, who),
        posts_chart(POSTS, who),
        curves_chart(POSTS, who),
        hours_chart(posting_hours(POSTS, TASHKENT), who),
    )
    return [chart for chart in made if chart is not None]


def test_members_are_drawn_from_the_period_on_at_each_end_of_a_run() -> None:
    chart = drawn()[0]
    [line] = figure(chart).axes[0].lines[:1]
    moments = [SINCE, SINCE + HOUR, SINCE + 2 * HOUR, NOW - HOUR, NOW]
    assert xs(line) == [at.timestamp() for at in moments]
    assert ys(line) == [990, 990, 1000, 1200, 1200]
    assert all(before[0] < after[0] for before, after in pairwise(chart.ticks))
    assert list(figure(chart).axes[0].collections) == []  # an area would seem to begin at 0


def test_posts_are_bars_of_the_newest_in_order_with_their_median() -> None:
    chart = drawn()[1]
    axes = figure(chart).axes[0]
    assert [bar.get_height() for bar in axes.patches if isinstance(bar, Rectangle)] == [
        100.0 + n for n in range(BARS)
    ][::-1]
    assert chart.level == (114.5, "median 114")
    assert ys(axes.lines[0])[0] == 114.5


def test_curves_begin_at_nothing_and_are_told_by_day_and_head() -> None:
    chart = drawn()[2]
    axes = figure(chart).axes[0]
    assert len(axes.lines) == CURVES
    assert xs(axes.lines[0]) == [0, 1, 6]
    assert xs(axes.lines[1]) == [0, 1, 6, 24, 30]
    assert ys(axes.lines[1]) == [0, 3, 20, 80, 101]
    assert axes.get_legend_handles_labels()[1][0] == "22 Nov Post 0"  # in Tashkent it is the 22nd


def test_of_thousands_of_posts_no_more_are_looked_at_than_are_drawn() -> None:
    newest = iter(POSTS)
    assert curves_chart(newest, viewer()) is not None
    assert next(newest) is POSTS[CURVES]


def test_hours_that_cannot_be_compared_are_told_by_what_is_missing() -> None:
    def told(*posts: Post) -> str:
        stats = channel_stats(CHANNEL, posts, MEMBERS, SINCE, NOW, TASHKENT)
        seen = Seen(SINCE, NOW, posts, MEMBERS, stats, TASHKENT)
        return stats_told(seen, Texts().of("en")).splitlines()[-1]

    apart = [replace(each, posted_at=NOW - n * 25 * HOUR) for n, each in enumerate(POSTS)]
    spread = [
        replace(
            each,
            runs=tuple(
                Run(each.posted_at + h * HOUR, each.posted_at + h * HOUR, 9) for h in (23, 25)
            ),
        )
        for each in apart
    ]
    assert told(*POSTS[1:13]) == (
        "Best hours: not enough to compare yet; 12 of 20 posts have been seen at 24 h"
    )
    assert told(*spread[2:]).endswith("counts from 3 posts on, and none has that many")


def test_hours_are_those_of_the_viewers_clocks() -> None:
    chart = drawn()[3]
    known = {(day, hour) for day in range(7) for hour in range(24) if chart.cells[day][hour]}
    assert known == {(day, 3) for day in range(7)}
    axes, scale = figure(chart).axes
    assert scale.get_ylim() == (0, max(row[3] or 0 for row in chart.cells))
    mesh = axes.collections[0].get_array()
    assert mesh is not None
    assert mesh.shape == (7, 24)
    assert mesh[0, 3] == chart.cells[0][3]
    assert chart.level is not None


def test_where_nothing_was_seen_there_is_no_chart() -> None:
    who = viewer()
    assert members_chart([], SINCE, NOW, who) is None
    assert members_chart([Run(NOW, NOW, 5)], SINCE, NOW, who) is None
    assert posts_chart([], who) is None
    unseen = Post(1, NOW, "x", None, "", None)
    assert posts_chart([unseen], who) is None
    assert curves_chart([unseen], who) is None
    assert hours_chart(posting_hours([unseen], TASHKENT), who) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_is_a_picture_of_the_right_size_in_each_language(language: str) -> None:
    """With signs that the font does not have: a warning would be an error here."""
    charts = drawn(language, "O‘zbekiston Янгиликлар \N{ROCKET} 新聞 $x$ <b>")
    assert [chart.kind for chart in charts] == list(ChartKind)
    chart = charts[LANGUAGES.index(language)]
    for each in (chart, charts[3]):
        picture = render(read_chart(each.facts()))
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", picture[16:24]) == (WIDTH_PX, HEIGHT_PX)


def test_a_chart_is_the_same_after_its_way_to_the_other_process() -> None:
    for chart in drawn():
        assert read_chart(chart.facts()) == chart


def test_what_the_font_has_no_picture_of_is_left_out() -> None:
    assert shown("O‘zbek \N{ROCKET} Қазақ  新 $") == "O‘zbek Қазақ \\$"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999, "999"), (12345, "12\u202f345"), (123456, "123.5K"), (4e6, "4M")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert compact(value) == text
