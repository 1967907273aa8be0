"""Files that Telegram has been given already: a file_id does not expire."""

from sqlalchemy import select

from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.tables import uploads
from infra.db.upsert import insert_into

u = uploads.c


class Uploaded:
    """One bot's: the ids of files are good for one bot alone."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def find(self, kind: str, digest: str) -> str | None:
        """The file's id, if it was uploaded as this kind."""
        this = (u.bot_id == self._bot_id, u.kind == kind, u.digest == digest)
        async with self._database.reading() as connection:
            found: str | None = await connection.scalar(select(u.file_id).where(*this))
        return found

    async def note(self, kind: str, digest: str, file_id: str) -> str:
        """Its id from now on: where somebody has uploaded it meanwhile, theirs."""
        statement = insert_into(self._database.dialect, uploads).values(
            bot_id=self._bot_id,
            kind=kind,
            digest=digest,
            file_id=file_id,
            uploaded_at=utc_now(),
        )
        async with self._database.writing() as connection:
            await connection.execute(statement.on_conflict_do_nothing())
        return await self.find(kind, digest) or file_id
