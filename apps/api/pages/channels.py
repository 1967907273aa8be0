"""Channels: which are looked at, and what was seen of each."""

from datetime import timedelta
from itertools import pairwise

import orjson
from fastapi import APIRouter
from starlette.responses import Response

from apps.api.pages.render import TheView, View
from apps.api.shown import channel_figures as figures
from apps.api.shown.sparks import spark
from core.channel import Channel
from core.chat_id import parse_chat_id
from core.engagement import course, curve, growth
from core.errors import InvalidInput, NotFound
from infra import channel_view
from infra.db.channel_cards import Card, ChannelCards

router = APIRouter(prefix="/channels")

DAYS = (7, 30, 90)
CARD_DAYS = 30
POINTS = 40
BEST, SHOWN, TABLE_ROWS = 5, 20, 15
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@router.get("")
async def channels(view: TheView) -> Response:
    since = view.now - timedelta(days=CARD_DAYS)
    office = view.office
    cards = await ChannelCards(office.database, office.bot_id).since(since)
    return view.page("channels.html", cards=[_shown(card, view) for card in cards])


@router.get("/{name}")
async def channel(view: TheView, name: str, days: int = 30, posts: int = SHOWN) -> Response:
    found = await _found(view, name)
    period = days if days in DAYS else CARD_DAYS
    seen = await channel_view.read(view.office.channels, found, period, view.now, view.zone)
    rows = [(post, spark(curve(post, POINTS), from_zero=True)) for post in seen.posts[:posts]]
    return view.page(
        "channel.html",
        channel=found,
        days=period,
        periods=DAYS,
        stats=seen.stats,
        charts=orjson.dumps(figures.charts(seen)).decode(),
        member_table=_by_day(seen, view),
        curve_table=figures.curve_table(seen.posts),
        curve_ages=figures.TOLD_AGES_H,
        best=figures.best_posts(seen.posts, BEST),
        heat=list(zip(WEEKDAYS, figures.heat(seen.stats.hours), strict=True)),
        weekdays=WEEKDAYS,
        rows=rows,
        more=max(0, len(seen.posts) - len(rows)),
        troubles=figures.troubles(found),
        no_views=figures.no_views(found),
    )


def _shown(card: Card, view: View) -> dict[str, object]:
    grown = growth(card.members, view.now - timedelta(days=CARD_DAYS))
    return {
        "channel": card.channel,
        "newest": card.newest,
        "growth": grown,
        "spark": spark(course(card.members, POINTS)),
        "troubles": figures.troubles(card.channel),
        "no_views": figures.no_views(card.channel),
    }


async def _found(view: View, name: str) -> Channel:
    """Raises NotFound for whatever is no channel of this bot's."""
    try:
        chat_id = parse_chat_id(name)
    except InvalidInput:
        raise NotFound(f"no channel {name[:40]!r}") from None
    return await view.office.channels.get(chat_id)


def _by_day(seen: channel_view.Seen, view: View) -> list[tuple[str, int, int]]:
    """Days, the last count of each, and its change: newest first, for who cannot see the chart."""
    days: dict[str, int] = {}
    for at, count in figures.member_points(seen):
        days[f"{at.astimezone(view.zone):%a %d %b}"] = count
    counts = list(days.items())[-TABLE_ROWS - 1 :]
    return [(day, count, count - before) for (_, before), (day, count) in pairwise(counts)][::-1]
