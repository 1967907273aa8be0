"""A post that somebody is writing, as it stands in their conversation: a restart keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from aiogram.fsm.context import FSMContext

from apps.bot.contents import Part, content_of, takes_buttons
from apps.bot.post_states import Posting
from core.message import Content

DRAFT, DONE = "draft", "done"
ASIDE = "aside"
"""A new post that waits while another one is changed."""

BOARDS = "boards"
"""Which messages show how broadcasts get on: whatever else is talked about, they go on doing so."""

DONE_KEPT = 20
"""So many drafts are known to be done with: a second tap on their buttons says nothing."""

Rows = list[list[dict[str, str]]]


class Aim(StrEnum):
    """What becomes of it."""

    NEW = "new"  # a post
    QUEUED = "queued"  # the new content of a message that waits
    SENT = "sent"  # the new text of a post that was sent
    BROADCAST = "broadcast"  # a message for subscribers


@dataclass(frozen=True, slots=True)
class Draft:
    """`id` is the message that it began with: a number of its own in this chat.

    `revision` counts its changes, so that an old button agrees to nothing new. `target` is the
    ledger's message that is changed, 0 for a new post; `channels` are ids of Channels; `whom`
    is a broadcast's Audience as JSON, None where none was chosen. `shown` are the bot's messages
    that show it, the last one with its buttons.
    """

    id: int
    aim: Aim = Aim.NEW
    target: int = 0
    revision: int = 0
    parts: tuple[Part, ...] = ()
    buttons: Rows | tuple[()] = ()
    channels: tuple[int, ...] = ()
    forward: bool = False
    rule: str = ""
    whom: dict[str, Any] | None = None
    shown: tuple[int, ...] = ()

    def changed(self, **changes: Any) -> "Draft":
        return replace(self, revision=self.revision + 1, **changes)

    def with_part(self, part: Part) -> "Draft":
        """With one more item of its album, an item as it reads now; else with this alone."""
        kept = [each for each in self.parts if each.message_id != part.message_id]
        same = [each for each in kept if part.group and each.group == part.group]
        parts = sorted([*same, part], key=lambda each: each.message_id)
        return self.changed(parts=tuple(parts), forward=self.forward and part.forwarded)

    def content(self, chat_id: int) -> Content:
        return content_of(self.parts, self.own_buttons, chat_id, forward=self.forward)

    @property
    def own_buttons(self) -> Rows | tuple[()]:
        return self.buttons if takes_buttons(self.parts, forward=self.forward) else ()

    @property
    def group(self) -> str:
        return self.parts[0].group if self.parts else ""

    @property
    def is_forwarded(self) -> bool:
        return any(part.forwarded for part in self.parts)


async def load(state: FSMContext) -> Draft | None:
    kept: Mapping[str, Any] | None = (await state.get_data()).get(DRAFT)
    if kept is None:
        return None
    named = {**kept, "aim": Aim(kept["aim"])}
    for name in ("channels", "shown"):
        named[name] = tuple(kept[name])
    return Draft(**(named | {"parts": tuple(Part(**part) for part in kept["parts"])}))


async def save(state: FSMContext, draft: Draft) -> None:
    await state.update_data({DRAFT: asdict(draft)})


async def finish(state: FSMContext, draft: Draft) -> None:
    """It is done with: what is left of it is that it was. One that had to wait is back."""
    data = await state.get_data()
    done: Sequence[Any] = data.get(DONE, [])
    back = {DRAFT: data[ASIDE]} if ASIDE in data else {}
    back |= {BOARDS: data[BOARDS]} if BOARDS in data else {}
    await state.set_state(None)
    await state.set_data({DONE: [*done, [draft.id, draft.group]][-DONE_KEPT:], **back})


async def leave_off(state: FSMContext) -> None:
    """Whatever was talked about is over; what was done with stays known."""
    await state.set_state(None)
    await _keep(state, DONE)


async def look_away(state: FSMContext) -> None:
    """Something else is talked about. A draft stays, and takes no more until it is gone on with;
    one that waits for its content, or for the rest of an album, waits on.
    """
    draft = await load(state)
    waits = await state.get_state() in (Posting.content.state, Posting.gathering.state)
    if draft is None or not waits:
        await state.set_state(None)
    await _keep(state, DONE, DRAFT, ASIDE)


async def make_way(state: FSMContext) -> None:
    """Another post is changed now: a new one waits aside until that is done."""
    draft, data = await load(state), await state.get_data()
    is_new = draft is not None and draft.aim in (Aim.NEW, Aim.BROADCAST) and draft.parts
    await leave_off(state)
    if aside := data.get(DRAFT if is_new else ASIDE):
        await state.update_data({ASIDE: aside})


async def _keep(state: FSMContext, *names: str) -> None:
    data = await state.get_data()
    await state.set_data({name: data[name] for name in (*names, BOARDS) if name in data})


async def is_done(state: FSMContext, draft_id: int) -> bool:
    return any(each == draft_id for each, _ in (await state.get_data()).get(DONE, []))


async def group_is_done(state: FSMContext, group: str) -> bool:
    return any(each == group for _, each in (await state.get_data()).get(DONE, []))
