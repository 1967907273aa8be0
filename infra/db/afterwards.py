"""What became of a post after it was sent: the ledger remembers its last text, and its deletion."""

from typing import Any

from sqlalchemy import update

from core.errors import NotFound
from core.message import Content, State
from infra.db.engine import Database
from infra.db.reading import stored
from infra.db.states import in_state
from infra.db.tables import messages

m = messages.c

DELETED = "deleted by hand"
"""The `reason` of a message that was sent, and is in its chat no more."""


class Afterwards:
    """One bot's posts."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def note_edited(self, message_id: int, content: Content) -> None:
        """Raises NotFound where no such message was sent, as the next one does."""
        await self._set(message_id, {"content": stored(content)})

    async def note_deleted(self, message_id: int) -> None:
        await self._set(message_id, {"reason": DELETED})

    async def _set(self, message_id: int, values: dict[str, Any]) -> None:
        this = (m.id == message_id, m.bot_id == self._bot_id, in_state(State.SENT))
        async with self._database.writing() as connection:
            done = await connection.execute(update(messages).where(*this).values(**values))
        if done.rowcount != 1:
            raise NotFound(f"no message {message_id} that was sent")
