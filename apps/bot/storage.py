"""aiogram's storage of conversations, kept in the ledger: a restart ends none of them."""

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from infra.db.conversations import Conversations


class LedgerStorage(BaseStorage):
    """By chat and user. What is kept must be what JSON can say."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        await self._conversations.set_state(key.chat_id, key.user_id, name)

    async def get_state(self, key: StorageKey) -> str | None:
        return await self._conversations.state(key.chat_id, key.user_id)

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        await self._conversations.set_data(key.chat_id, key.user_id, data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return await self._conversations.data(key.chat_id, key.user_id)

    async def close(self) -> None:
        """The ledger is the office's to close."""
