"""Albums come item by item, each an update of its own: they are gathered before they are shown.

What has come stands in the conversation, so a restart loses none; the wait for more begins anew.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiogram import Bot
from aiogram.fsm.middleware import FSMContextMiddleware

from apps.bot.drafts import Draft, load
from apps.bot.errors import ID_BYTES, sentence
from apps.bot.office import Office
from apps.bot.post_states import Posting
from apps.bot.talk import Talk

log = logging.getLogger(__name__)

QUIET_S = 1.0
"""An album is complete when no item has come for so long. One that comes later joins still."""

Ids: TypeAlias = tuple[int, ...]
Show: TypeAlias = Callable[[Talk, Draft], Awaitable[None]]


class Albums:
    """Waits beside the conversations."""

    def __init__(self, office: Office, bot: Bot, fsm: FSMContextMiddleware, show: Show) -> None:
        self._office, self._bot, self._fsm, self._show = office, bot, fsm, show

    def expect(self, chat_id: int, ids: Ids) -> None:
        """Show the draft in a while, if nothing has been added to these parts by then."""
        self._office.leave(self._wait(chat_id, ids))

    async def resume(self) -> None:
        """Those that a process before this one has been waiting for."""
        waiting = await self._office.conversations.in_state(str(Posting.gathering.state))
        for chat_id, _ in waiting:
            self._office.leave(self._wait(chat_id, None))

    async def _wait(self, chat_id: int, ids: Ids | None) -> None:
        await asyncio.sleep(QUIET_S)
        state = self._fsm.resolve_context(self._bot, chat_id, chat_id)
        assert state is not None, "a chat and a user make a conversation"
        async with self._fsm.events_isolation.lock(state.key):
            person = await self._office.people.find(chat_id)
            gathering = await state.get_state() == Posting.gathering.state
            draft = await load(state) if gathering else None
            if person is None or draft is None or ids not in (None, draft.ids):
                return
            words = self._office.words(person)
            talk = Talk(self._bot, self._office, words, person, state)
            try:
                await self._show(talk, draft)
            except Exception as error:  # no update is in hand whose error would be told
                await _tell(talk, error)


async def _tell(talk: Talk, error: Exception) -> None:
    error_id = secrets.token_hex(ID_BYTES)
    log.error("an album was not shown (id %s)", error_id, exc_info=error)
    await talk.say(sentence(error, error_id, talk.words))
