"""One update's work: where it has led the conversation is kept together with that it is done.

A process that is killed in the middle leaves the conversation as it was, and the one after it
does the update anew from there. So does a handler that fails: its user can try the step again.
"""

from contextvars import ContextVar
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject

from apps.bot.handler import Handler
from infra.db.conversations import Change, Conversations


class Unit:
    """What the handlers of one update change in conversations, by chat and user."""

    def __init__(self, update_id: int, conversations: Conversations) -> None:
        self._update_id, self._conversations = update_id, conversations
        self.is_open, self.is_done = True, False
        self.changes: dict[tuple[int, int], Change] = {}

    def change(self, chat_id: int, user_id: int, news: Change) -> None:
        self.changes[chat_id, user_id] = {**self.changes.get((chat_id, user_id), {}), **news}

    async def commit(self) -> None:
        self.is_open = False
        await self._conversations.commit(self._update_id, self.changes)
        self.is_done = True


_current: ContextVar[Unit | None] = ContextVar("unit", default=None)


def begin(unit: Unit) -> None:
    """It is this task's, and that of whatever is called in it."""
    _current.set(unit)


def current() -> Unit | None:
    """None where nothing is gathered any more: in work that was left beside a conversation."""
    unit = _current.get()
    return unit if unit is not None and unit.is_open else None


class Keeping(BaseMiddleware):
    """Stands next to the conversation's lock: the next update finds what this one has kept."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        unit = current()
        try:
            result = await handler(event, data)
        except BaseException:
            if unit is not None:
                unit.is_open = False
            raise
        if unit is not None:
            await unit.commit()
        return result
