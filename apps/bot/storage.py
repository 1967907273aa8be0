"""aiogram's storage of conversations, kept in the ledger: a restart ends none of them."""

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from apps.bot import unit
from infra.db.conversations import Change, Conversations


class LedgerStorage(BaseStorage):
    """By chat and user; what is kept must be what JSON can say. Within the work on an update
    all is written at its end, see unit.py.
    """

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        await self._set(key, {"state": state.state if isinstance(state, State) else state})

    async def get_state(self, key: StorageKey) -> str | None:
        changed = _changed(key)
        if "state" in changed:
            state: str | None = changed["state"]
            return state
        return await self._conversations.state(key.chat_id, key.user_id)

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        await self._set(key, {"data": dict(data)})

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        changed = _changed(key)
        if "data" in changed:
            return dict(changed["data"])
        return await self._conversations.data(key.chat_id, key.user_id)

    async def close(self) -> None:
        """The ledger is the office's to close."""

    async def _set(self, key: StorageKey, news: Change) -> None:
        work = unit.current()
        if work is not None:
            work.change(key.chat_id, key.user_id, news)
        else:
            await self._conversations.change(key.chat_id, key.user_id, news)


def _changed(key: StorageKey) -> Change:
    work = unit.current()
    return work.changes.get((key.chat_id, key.user_id), {}) if work is not None else {}
