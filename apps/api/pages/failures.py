"""What did not arrive, by reason: to be sent again or settled, one or all of a kind."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from apps.api.chat_titles import ChatTitles
from apps.api.pages.render import TheView
from apps.api.shown.reasons import Words, words_of
from core.message import Message, State
from infra.db.listing import Wanted
from infra.db.trouble_reasons import Trouble, troubles_by_reason

router = APIRouter(prefix="/failures")

STATES = (State.UNCERTAIN, State.FAILED, State.EXPIRED)
NEWEST = 3


@dataclass(frozen=True, slots=True)
class Group:
    """`others`: there are more than the messages that are shown."""

    trouble: Trouble
    words: Words
    messages: list[Message]

    @property
    def others(self) -> bool:
        return self.trouble.count > len(self.messages)


@router.get("")
async def failures(view: TheView) -> Response:
    office = view.office
    found = await troubles_by_reason(office.database, office.bot_id, STATES)
    groups = [await _group(view, each) for each in found]
    return view.page(
        "failures.html",
        groups=groups,
        titles=ChatTitles(await office.channels.listed()),
        states=[state.value for state in STATES],
    )


async def _group(view: TheView, trouble: Trouble) -> Group:
    wanted = Wanted(states=(trouble.state,), reason=trouble.reason)
    page = await view.office.listing.page(wanted, NEWEST)
    return Group(trouble, words_of(trouble.state, trouble.reason), page.items)
