"""Messages that show how broadcasts get on: changed as long as they do.

Which message shows which broadcast stands in the conversation, so a restart ends none of it.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiogram import Bot
from aiogram.fsm.context import FSMContext
from aiogram.fsm.middleware import FSMContextMiddleware

from apps.bot.board_message import Change, change, point_at
from apps.bot.broadcast_words import card_told, news_told
from apps.bot.clocks import zone_of
from apps.bot.drafts import BOARDS
from apps.bot.keyboards.broadcasts import card
from apps.bot.office import Office
from core.broadcast import Broadcast, BroadcastState
from core.errors import LedgerUnavailable, NotFound
from core.person import Person, Role

log = logging.getLogger(__name__)

BOARD_S = 3.0
"""Each change takes from the bot's rate, which the broadcast itself would like to have."""

SETTLES = timedelta(seconds=15)
"""What was on the wire when a broadcast was cancelled has its end by then."""

Told = tuple[Any, ...]


@dataclass(slots=True)
class Board:
    """A message that shows a broadcast, and what it has told of it last."""

    chat_id: int
    message_id: int
    broadcast_id: int
    told: Told = ()


class Boards:
    """Of one broadcast at most one in each chat."""

    def __init__(
        self, office: Office, bot: Bot, fsm: FSMContextMiddleware, every_s: float = BOARD_S
    ) -> None:
        self._office, self._bot, self._fsm, self._every_s = office, bot, fsm, every_s
        self._boards: dict[tuple[int, int], Board] = {}
        self._loading, self._loaded = asyncio.Lock(), False

    async def card(self, broadcast: Broadcast, person: Person) -> str:
        words, now = self._office.words(person), self._office.now()
        paces = await self._office.paces.of([broadcast])
        left_s = paces[broadcast.id].left_s or 0.0
        return card_told(broadcast, words, zone_of(person), now, left_s)

    async def put(self, state: FSMContext, message_id: int, broadcast: Broadcast) -> None:
        """The message shows this broadcast from now on, and no other in its chat does."""
        await self._load()
        board = Board(state.key.chat_id, message_id, broadcast.id, self._told(broadcast))
        kept = {(each.chat_id, each.broadcast_id): each for each in self._others(board)}
        if not _is_over(broadcast, self._office.now()):
            kept[board.chat_id, board.broadcast_id] = board
        await self._keep(state, kept)

    async def down(self, state: FSMContext, message_id: int) -> None:
        """The message shows something else from now on."""
        await self._load()
        here = (state.key.chat_id, message_id)
        kept = {
            key: each
            for key, each in self._boards.items()
            if (each.chat_id, each.message_id) != here
        }
        await self._keep(state, kept)

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                await self._load()
                for board in list(self._boards.values()):
                    await self._look(board)
            except LedgerUnavailable as error:
                log.info("no progress of broadcasts is shown: %s", error)
            except Exception:  # it must go on
                log.exception("the progress of a broadcast was not shown")
            await asyncio.sleep(self._every_s)

    async def _look(self, board: Board) -> None:
        try:
            broadcast = await self._office.ledger.broadcasts.get(board.broadcast_id)
        except NotFound:
            return await self._forget(board)
        if self._told(broadcast) != board.told:
            await self._change(board, broadcast)
        elif _is_over(broadcast, self._office.now()):
            await self._forget(board)
        return None

    async def _change(self, board: Board, broadcast: Broadcast) -> None:
        """Not while the conversation does something: that may be about this message."""
        async with self._fsm.events_isolation.lock(self._state(board).key):
            if not self._stands(board):
                return
            person = await self._office.people.find(board.chat_id)
            came = await self._edit(board, broadcast, person) if person else Change.GONE
        if came is Change.GONE:
            await self._forget(board)

    async def _edit(self, board: Board, broadcast: Broadcast, person: Person) -> Change:
        words, may_change = self._office.words(person), person.role.may(Role.EDITOR)
        buttons = card(broadcast, words, self._office.now(), may_change=may_change)
        place, told = (board.chat_id, board.message_id), self._told(broadcast)
        text = await self.card(broadcast, person)
        came = await change(self._bot, *place, text, buttons)
        if (
            came is Change.DONE
            and board.told[:1] != told[:1]
            and (news := news_told(broadcast, person, words))
        ):
            await point_at(self._bot, *place, news)
        if came in (Change.DONE, Change.ALREADY):
            board.told = told
        return came

    async def _forget(self, board: Board) -> None:
        state = self._state(board)
        async with self._fsm.events_isolation.lock(state.key):
            if self._stands(board):
                here = (board.chat_id, board.broadcast_id)
                kept = {key: each for key, each in self._boards.items() if key != here}
                await self._keep(state, kept)

    async def _load(self) -> None:
        """What the process before this one has shown."""
        async with self._loading:
            if self._loaded:
                return
            for person in await self._office.people.listed():
                chat_id = person.user_id
                data = await self._office.conversations.data(chat_id, chat_id)
                for broadcast_id, message_id in data.get(BOARDS, ()):
                    board = Board(chat_id, message_id, broadcast_id)
                    self._boards[chat_id, broadcast_id] = board
            self._loaded = True

    async def _keep(self, state: FSMContext, boards: dict[tuple[int, int], Board]) -> None:
        chat_id = state.key.chat_id
        before, self._boards = _places(self._boards, chat_id), boards
        if (places := _places(boards, chat_id)) != before:
            await state.update_data({BOARDS: places})

    def _others(self, board: Board) -> list[Board]:
        """All but those of its chat that are in its message, or show its broadcast."""
        return [
            each
            for each in self._boards.values()
            if each.chat_id != board.chat_id
            or (each.message_id != board.message_id and each.broadcast_id != board.broadcast_id)
        ]

    def _stands(self, board: Board) -> bool:
        return self._boards.get((board.chat_id, board.broadcast_id)) is board

    def _state(self, board: Board) -> FSMContext:
        state = self._fsm.resolve_context(self._bot, board.chat_id, board.chat_id)
        assert state is not None, "a chat and a user make a conversation"
        return state

    def _told(self, broadcast: Broadcast) -> Told:
        """What a change of is worth telling: that time passes is none."""
        now, opens_at = self._office.now(), broadcast.opens_at
        is_closed = opens_at is not None and opens_at > now
        return broadcast.shown(now), broadcast.why, broadcast.tally, broadcast.built, is_closed


def _is_over(broadcast: Broadcast, now: datetime) -> bool:
    """Whether nothing of it will change by itself."""
    state, ended_at = broadcast.state, broadcast.ended_at
    if state is BroadcastState.CANCELLED:
        return ended_at is None or now - ended_at > SETTLES
    return state in (BroadcastState.DRAFT, BroadcastState.COMPLETED)


def _places(boards: dict[tuple[int, int], Board], chat_id: int) -> list[list[int]]:
    return [
        [each.broadcast_id, each.message_id] for each in boards.values() if each.chat_id == chat_id
    ]
