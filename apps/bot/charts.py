"""Charts as PNG pictures, drawn in a process of their own: see studio.py.

matplotlib costs 60 MB and most of a second; the bot itself never imports it. Nor does this
module, until it draws.
"""

import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from apps.bot.chart import Chart, ChartKind, read_chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import QuadMesh
    from matplotlib.figure import Figure

log = logging.getLogger(__name__)

WIDTH_PX, HEIGHT_PX, DPI = 1080, 810, 120
LENGTH_BYTES = 4

# Light on dark: legible in both of Telegram's themes, and no glare at night.
GROUND, INK, QUIET, GRID = "#17212b", "#f2f5f7", "#9fb0bf", "#2b3a49"
ACCENT = "#5eb5f7"
SERIES = (ACCENT, "#ffb454", "#7ee0a1", "#ff8fa3", "#c5a5ff")
"""Told apart by the colour-blind as well: they differ in lightness, too."""

FONT = "sans-serif"
"""DejaVu Sans: it comes with matplotlib, and has Cyrillic and the letters of Uzbek."""
TITLE_PT, TEXT_PT = 19, 13
UPPER_LEFT = 2


def serve(folder: str) -> None:
    """Draw what stdin asks for, a line of JSON each, until it ends. To stdout goes the picture's
    length in 4 bytes and the picture; a length of 0 where it could not be drawn.
    """
    os.environ["MPLCONFIGDIR"] = folder  # where matplotlib keeps what it knows of the fonts
    for line in sys.stdin.buffer:
        try:
            picture = render(read_chart(json.loads(line)))
        except Exception as error:  # the next may be drawn again
            log.error("a chart was not drawn: %r", error)
            picture = b""
        sys.stdout.buffer.write(len(picture).to_bytes(LENGTH_BYTES) + picture)
        sys.stdout.buffer.flush()


def render(chart: Chart) -> bytes:
    """PNG, WIDTH_PX by HEIGHT_PX."""
    # Only who draws pays for matplotlib.
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415

    out = BytesIO()
    with mpl.rc_context(
        {"font.family": FONT, "font.size": TEXT_PT}
    ):  # some texts look for their font only when they are drawn
        drawn = figure(chart)
        FigureCanvasAgg(drawn)
        drawn.savefig(out, format="png", facecolor=GROUND)
    drawn.clear()
    return out.getvalue()


def figure(chart: Chart) -> "Figure":
    """The chart as matplotlib has it."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    made = Figure((WIDTH_PX / DPI, HEIGHT_PX / DPI), DPI, facecolor=GROUND)
    axes = made.add_axes((0.115, 0.1, 0.85, 0.71))
    _plain(axes)
    _headed(made, chart)
    KINDS[chart.kind](axes, chart)
    axes.set_xticks([x for x, _ in chart.ticks], [shown(text) for _, text in chart.ticks])
    return made


def compact(value: float, _: Any = None) -> str:
    """With its digits in threes; from a hundred thousand on as Telegram counts: 123.4K, 4M."""
    for size, letter, above in ((1e6, "M", 1e6), (1e3, "K", 1e5)):
        if abs(value) >= above:
            return f"{value / size:.1f}".removesuffix(".0") + letter
    return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def shown(text: str) -> str:
    """Without what the font has no picture of, such as emoji; and "$" is no formula."""
    from matplotlib import font_manager  # noqa: PLC0415

    family = font_manager.FontProperties(family=[FONT])
    known = font_manager.get_font(font_manager.findfont(family)).get_charmap()
    kept = "".join(sign for sign in text if ord(sign) in known or sign.isspace())
    return " ".join(kept.split()).replace("$", r"\$")


def _headed(made: "Figure", chart: Chart) -> None:
    made.text(0.04, 0.925, shown(chart.title), size=TITLE_PT, color=INK, weight="bold")
    made.text(0.04, 0.865, shown(chart.subtitle), size=TEXT_PT, color=QUIET)
    if chart.level is not None:
        words, color = shown(chart.level[1]), INK if chart.kind is ChartKind.HOURS else SERIES[1]
        made.text(0.965, 0.865, words, color=color, ha="right", size=TEXT_PT)


def _plain(axes: "Axes") -> None:
    axes.set_facecolor(GROUND)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, colors=QUIET, labelsize=TEXT_PT, pad=8)
    axes.grid(axis="y", color=GRID, linewidth=1)
    axes.set_axisbelow(True)


def _counted(axes: "Axes") -> None:
    """Whole numbers, a few of them."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415

    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(compact))


def _members(axes: "Axes", chart: Chart) -> None:
    """A line without an area below it, which would begin at 0; the axis does not."""
    [line] = chart.lines
    axes.plot(line.xs, line.ys, color=ACCENT, linewidth=3.5, solid_capstyle="round")
    low, high = min(line.ys), max(line.ys)
    margin = max((high - low) * 0.15, 2)
    axes.set_ylim(max(low - margin, 0), high + margin)
    axes.plot(line.xs[-1:], line.ys[-1:], "o", color=ACCENT, markersize=9)
    end, top = compact(line.ys[-1]), line.ys[-1] + margin * 0.35
    axes.text(line.xs[-1], top, end, ha="right", color=INK, weight="bold", size=TEXT_PT + 2)
    _counted(axes)


def _posts(axes: "Axes", chart: Chart) -> None:
    [line] = chart.lines
    best = line.ys.index(max(line.ys))
    colors = [INK if place == best else ACCENT for place in range(len(line.ys))]
    axes.bar(line.xs, line.ys, width=min(0.75, 0.08 * len(line.xs)), color=colors)
    axes.set_xlim(-0.7, len(line.xs) - 0.3)
    axes.set_ylim(0, max(*line.ys, 1) * 1.18)
    if chart.level is not None:
        axes.axhline(chart.level[0], color=SERIES[1], linewidth=2, linestyle=(0, (4, 3)))
    top = line.ys[best] + axes.get_ylim()[1] * 0.015
    axes.text(line.xs[best], top, compact(line.ys[best]), ha="center", color=INK, weight="bold")
    _counted(axes)


def _curves(axes: "Axes", chart: Chart) -> None:
    for line, color in zip(chart.lines, SERIES, strict=False):
        axes.plot(line.xs, line.ys, color=color, linewidth=3, label=shown(line.label))
    axes.set_xlim(0, max(line.xs[-1] for line in chart.lines) * 1.05)
    axes.set_ylim(0, max(max(line.ys) for line in chart.lines) * 1.6)
    axes.legend(loc=UPPER_LEFT, frameon=False, labelcolor=INK, fontsize=TEXT_PT - 1)
    _counted(axes)


def _hours(axes: "Axes", chart: Chart) -> None:
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415

    views = LinearSegmentedColormap.from_list("views", ["#21465f", ACCENT, "#e8f6ff"])
    scale = views.with_extremes(bad="#1e2a36")
    cells = [[float("nan") if cell is None else cell for cell in row] for row in chart.cells]
    known = [cell for row in chart.cells for cell in row if cell is not None]
    axes.grid(visible=False)
    image = axes.pcolormesh(cells, cmap=scale, edgecolors=GROUND, linewidth=2.5)
    image.set_clim(0, max(known) or 1)
    _scale(axes, image)
    axes.invert_yaxis()
    axes.set_yticks([row + 0.5 for row in range(len(chart.rows))], [shown(n) for n in chart.rows])


def _scale(axes: "Axes", image: "QuadMesh") -> None:
    """Which colour is how many, beside the week."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415

    axes.set_position((0.115, 0.1, 0.755, 0.71))
    own = axes.figure.add_axes((0.89, 0.1, 0.018, 0.71))
    bar = axes.figure.colorbar(image, cax=own)
    bar.outline.set_visible(False)
    own.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    own.yaxis.set_major_formatter(FuncFormatter(compact))
    own.tick_params(length=0, colors=QUIET, labelsize=TEXT_PT - 2, pad=5)


KINDS: Mapping[ChartKind, Callable[["Axes", Chart], None]] = {
    ChartKind.MEMBERS: _members,
    ChartKind.POSTS: _posts,
    ChartKind.CURVES: _curves,
    ChartKind.HOURS: _hours,
}

if __name__ == "__main__":
    serve(sys.argv[1])
