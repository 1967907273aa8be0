"""A post that somebody is writing, as it stands in their conversation: a restart keeps it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

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

TOLD = "told_group"
"""The album that nobody waited for, and of which its sender was told so."""

NUMBER_BYTES = 6

Rows = list[list[dict[str, str]]]


class Aim(StrEnum):
    """What becomes of it."""

    NEW = "new"  # a post
    QUEUED = "queued"  # the new content of a message that waits
    SENT = "sent"  # the new text of a post that was sent
    BROADCAST = "broadcast"  # a message for subscribers


@dataclass(frozen=True, slots=True)
class Draft:
    """`id` is its own (see `number_of`): buttons and keys of messages name it.

    `revision` counts its changes, so that an old button agrees to nothing new. `target` is the
    ledger's message that is changed, 0 for a new post; `channels` are ids of Channels; `whom`
    is a broadcast's Audience as JSON, None where none was chosen; `paid`: it is sent for a fee,
    where Telegram takes one for what it is. `shown` are the bot's messages
    that show it, the last one with its buttons. `unseen`: it has parts that were not shown yet.
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
    paid: bool = False
    shown: tuple[int, ...] = ()
    unseen: bool = False

    def changed(self, **changes: Any) -> "Draft":
        return replace(self, revision=self.revision + 1, **changes)

    def with_part(self, part: Part) -> "Draft":
        """With one more item of its album, an item as it reads now; else with this alone."""
        kept = [each for each in self.parts if each.message_id != part.message_id]
        same = [each for each in kept if part.group and each.group == part.group]
        parts = sorted([*same, part], key=lambda each: each.message_id)
        forward = self.forward and part.forwarded
        return self.changed(parts=tuple(parts), forward=forward, unseen=True)

    def content(self, chat_id: int) -> Content:
        return content_of(self.parts, self.own_buttons, chat_id, forward=self.forward)

    @property
    def own_buttons(self) -> Rows | tuple[()]:
        return self.buttons if takes_buttons(self.parts, forward=self.forward) else ()

    @property
    def ids(self) -> tuple[int, ...]:
        """Of the messages that it is made of."""
        return tuple(part.message_id for part in self.parts)

    @property
    def group(self) -> str:
        return self.parts[0].group if self.parts else ""

    @property
    def is_forwarded(self) -> bool:
        return any(part.forwarded for part in self.parts)


def number_of(began_with: Message | CallbackQuery) -> int:
    """The id of the draft that this begins: no other draft has it, not even where the messages
    of a chat are counted from 1 again. When the update is done anew it is the same.
    """
    message = began_with if isinstance(began_with, Message) else began_with.message
    at = message.date if isinstance(message, Message) else 0
    named = f"{began_with.__class__.__name__} {_id_of(began_with)} {at}"
    return int.from_bytes(hashlib.sha256(named.encode()).digest()[:NUMBER_BYTES])


def _id_of(event: Message | CallbackQuery) -> str:
    return event.id if isinstance(event, CallbackQuery) else f"{event.chat.id} {event.message_id}"


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


async def finish(state: FSMContext, draft: Draft, *, placed: bool = False) -> None:
    """It is done with: what is left of it is that it was. One that had to wait is back.

    `placed`: what it was written for is done; else it was dropped.
    """
    data = await state.get_data()
    done: Sequence[Any] = data.get(DONE, [])
    back = {DRAFT: data[ASIDE]} if ASIDE in data else {}
    back |= {BOARDS: data[BOARDS]} if BOARDS in data else {}
    await state.set_state(None)
    this = [draft.id, draft.group, placed]
    await state.set_data({DONE: [*done, this][-DONE_KEPT:], **back})


async def drop_aside(state: FSMContext, draft_id: int) -> bool:
    """Whether this draft waited for another; then it does so no more."""
    data = await state.get_data()
    if data.get(ASIDE, {}).get("id") != draft_id:
        return False
    await state.set_data({name: kept for name, kept in data.items() if name != ASIDE})
    return True


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
    return any(done[0] == draft_id for done in await _done(state))


async def is_placed(state: FSMContext, draft_id: int) -> bool:
    return any(done[0] == draft_id and done[2] for done in await _done(state))


async def group_is_done(state: FSMContext, group: str) -> bool:
    return any(done[1] == group for done in await _done(state))


async def is_told_first(state: FSMContext, group: str) -> bool:
    """Whether nobody was told yet that this album was not expected; from now on they were."""
    if (await state.get_data()).get(TOLD) == group:
        return False
    await state.update_data({TOLD: group})
    return True


async def _done(state: FSMContext) -> Sequence[Any]:
    """Of each its id, its album, and whether it was placed."""
    done: Sequence[Any] = (await state.get_data()).get(DONE, [])
    return done
