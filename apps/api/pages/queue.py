"""The queue and the history: what waits, what was sent, and what was not."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from apps.api.chat_titles import ChatTitles
from apps.api.pages.render import TheView, View
from apps.api.shown.queue_query import TABS, QueueQuery, read
from core.errors import InvalidInput
from core.message import POSTS, State
from infra.db.desk_acts import POSSIBLE
from infra.db.listing import Page, Wanted
from infra.db.states import WAITING
from infra.db.troubles import count_troubles

router = APIRouter(prefix="/queue")

PER_PAGE = 50
COUNTED = 99
LATE_MS = 1_000
"""Nobody cares for less."""

SHOWN_AS = {
    "sendPhoto": "photo",
    "sendVideo": "video",
    "sendAnimation": "video",
    "sendVideoNote": "video",
    "sendAudio": "music",
    "sendVoice": "music",
    "sendDocument": "file-text",
    "sendMediaGroup": "photo",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """By tab, as its badge says it; those that would be dear to count have none."""

    waiting: str = ""
    failed: str = ""
    uncertain: str = ""


@router.get("")
async def queue(view: TheView) -> Response:
    """Whatever of the address cannot be read is told where the posts would stand."""
    try:
        asked = read(view.request.query_params, view.zone)
        page = await view.office.listing.page(asked.wanted, PER_PAGE, asked.after)
    except InvalidInput as error:
        return await _shown(view, QueueQuery(Wanted(), None, {}), Page([], None), str(error))
    return await _shown(view, asked, page)


async def _shown(view: View, asked: QueueQuery, page: Page, problem: str = "") -> Response:
    channels = await view.office.channels.listed()
    return view.page(
        "queue.html",
        asked=asked,
        page=page,
        problem=problem,
        channels=channels,
        titles=ChatTitles(channels),
        counts=await _counts(view),
        tabs=tuple(TABS),
        shown_as=SHOWN_AS,
        acts=acts_by_state(),
        late_ms=LATE_MS,
    )


def acts_by_state() -> dict[State, str]:
    """What may be done with what is in a state, with spaces between."""
    return {
        state: " ".join(act.value for act, states in POSSIBLE.items() if state in states)
        for state in State
    }


async def _counts(view: View) -> Counts:
    waiting = Wanted(states=WAITING, broadcast_id=POSTS)
    ids, more = await view.office.listing.ids(waiting, COUNTED)
    troubles = await count_troubles(view.office.database, view.office.bot_id)
    return Counts(
        f"{COUNTED}+" if more is not None else _told(len(ids)),
        _told(troubles.failed),
        _told(troubles.uncertain),
    )


def _told(count: int) -> str:
    return f"{COUNTED}+" if count > COUNTED else str(count or "")
