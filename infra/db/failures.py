"""Tasks that failed for good, for a person to read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.watch_tables import task_failures

TASK_ID_CHARACTERS = 255


@dataclass(frozen=True, slots=True)
class Failure:
    """One task's end. `error` is one line, without secrets; `at` is UTC."""

    id: int
    at: datetime
    task: str
    task_id: str
    error: str


class Failures:
    """The failed tasks of one bot's workers."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def add(self, task: str, task_id: str, error: str) -> None:
        statement = insert(task_failures).values(
            bot_id=self._bot_id,
            at=utc_now(),
            task=task,
            task_id=task_id[:TASK_ID_CHARACTERS],
            error=error,
        )
        async with self._database.writing() as connection:
            await connection.execute(statement)

    async def newest(self, limit: int = 20) -> list[Failure]:
        """The newest first."""
        f = task_failures.c
        query = (
            select(f.id, f.at, f.task, f.task_id, f.error)
            .where(f.bot_id == self._bot_id)
            .order_by(f.id.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [Failure(*row) for row in await connection.execute(query)]
