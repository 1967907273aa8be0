"""What is going on: the first page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from apps.api.chat_titles import ChatTitles
from apps.api.pages.render import TheView, View
from core.broadcast import Broadcast
from core.health import WHOLE, Kept
from core.local_days import begins
from core.message import Message
from infra.db.agenda import Entry
from infra.db.figures import Figures, Standing
from infra.db.health import HealthBook
from infra.db.next_posts import NextPosts
from infra.db.today import DayFigures, Days
from infra.db.under_way import under_way

NEXT = 8
LATEST = 10
BROADCASTS = 4
COUNTED = 10_000
"""Of what waits; more is shown as "10 000+"."""

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Now:
    """`health` is None where nothing was checked yet. `latest` are posts whose time was last."""

    today: DayFigures
    yesterday: DayFigures
    standing: Standing
    health: Kept | None
    parts: Mapping[str, Kept]
    coming: Sequence[Entry]
    latest: Sequence[Message]
    broadcasts: Sequence[Broadcast]
    titles: ChatTitles
    has_channels: bool

    @property
    def is_new(self) -> bool:
        """Nothing was ever sent or planned here."""
        return not (self.coming or self.latest or self.broadcasts)


@router.get("/")
async def overview(view: TheView) -> Response:
    return view.page("overview.html", is_now=await _now(view), counted=COUNTED)


@router.get("/overview/now")
async def now(view: TheView) -> Response:
    """All of it that changes, to be put in the place of what was there."""
    return view.page("overview_now.html", is_now=await _now(view), counted=COUNTED)


async def _now(view: View) -> Now:
    database, bot_id = view.office.database, view.office.bot_id
    here = view.now.astimezone(view.zone).date()
    edges = [begins(here - timedelta(days=1), view.zone), begins(here, view.zone), view.now]
    yesterday, today = await Days(database, bot_id).figures(edges)
    parts = await HealthBook(database, bot_id).current()
    posts = NextPosts(database, bot_id)
    channels = await view.office.channels.listed()
    return Now(
        today=today,
        yesterday=yesterday,
        standing=await Figures(database, bot_id, COUNTED).standing(),
        health=parts.pop(WHOLE, None),
        parts=parts,
        coming=await posts.coming(NEXT),
        latest=await posts.past(LATEST),
        broadcasts=await under_way(database, bot_id, BROADCASTS),
        titles=ChatTitles(channels),
        has_channels=bool(channels),
    )
