"""`db upgrade`: the ledger's schema."""

import asyncio

from apps.cli.show import plain
from infra.db import revision, schema
from infra.db.engine import Database
from infra.settings import load_settings


def upgrade() -> None:
    """Raises LedgerUnavailable for a ledger out of reach, or newer than this code."""
    database = Database(load_settings().ledger_url)
    asyncio.run(_upgrade(database))
    plain(f"the ledger has schema {revision.revisions()[-1]}: {database.name}")


async def _upgrade(database: Database) -> None:
    try:
        await schema.migrate(database)
    finally:
        await database.close()
