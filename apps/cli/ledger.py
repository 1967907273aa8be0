"""The ledger for a command that needs nothing else: no Celery, which takes a second to import."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infra.db import revision
from infra.db.engine import Database
from infra.settings import Settings


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Raises LedgerUnavailable, also where its schema is not this code's."""
    database = Database(settings.ledger_url)
    try:
        await revision.check(database)
        yield database
    finally:
        await database.close()
