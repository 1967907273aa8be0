"""Writes the rows of a broadcast's audience in a process of its own, which a test may kill.

python -m tests.servers.builder <database's URL> <bot's id> <broadcast's id> <slice>
"""

import asyncio
import sys

from infra.db.broadcast_build import BroadcastBuild
from infra.db.engine import Database


async def main(url: str, bot_id: int, broadcast_id: int, size: int) -> None:
    database = Database(url)
    build = BroadcastBuild(database, bot_id)
    build._size = size
    async for each in build.audience(broadcast_id):
        print(each, flush=True)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], *map(int, sys.argv[2:])))
