"""The database server: its version, its clock, and whether it keeps what it says it has kept."""

import time

from sqlalchemy import text

from core.diagnosis_place import PostgresFacts, Server, ahead_s
from infra.db.engine import Database

KEEPS = ("fsync", "full_page_writes", "synchronous_commit")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
ASK_VERSION = {"sqlite": "SELECT sqlite_version()", "postgresql": "SHOW server_version"}
ASK_ROOM = """
    SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
           current_setting('max_connections')::int,
           has_schema_privilege(current_schema(), 'CREATE')
"""


async def version(database: Database) -> Server:
    """Raises LedgerUnavailable, as the others."""
    async with database.reading() as connection:
        told = await connection.scalar(text(ASK_VERSION[database.dialect]))
    return Server(NAMES[database.dialect], str(told))


async def clock_ahead_s(database: Database) -> float:
    """How far its clock is ahead of this machine's.

    Asked twice: the first time a connection may have to be made.
    """
    await database.now()
    began_s = time.time()
    at = await database.now()
    return ahead_s(at.timestamp(), began_s, time.time())


async def postgres(database: Database) -> PostgresFacts:
    async with database.reading() as connection:
        off = [
            name
            for name in KEEPS
            if await connection.scalar(text(f"SELECT current_setting('{name}')")) == "off"
        ]
        used, most, may_create = (await connection.execute(text(ASK_ROOM))).one()
    return PostgresFacts(off, used, most, bool(may_create))
