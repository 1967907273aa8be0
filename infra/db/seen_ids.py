"""Which ids a file has named before: on disk, so that a long file takes no memory."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Self

CACHE_KB = 4_096
SCHEMA = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -{CACHE_KB};
CREATE TABLE seen (id INTEGER PRIMARY KEY, line INTEGER NOT NULL);
"""
FIND = "SELECT id, line FROM seen WHERE id IN (SELECT value FROM json_each(?))"
KEEP = "INSERT OR IGNORE INTO seen (id, line) VALUES (?, ?)"


class SeenIds:
    """Of one run. SQLite keeps it in a file without a name, which goes with the connection."""

    def __enter__(self) -> Self:
        # Several threads work with it, one after the other.
        self._connection = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._connection.executescript(SCHEMA)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def before(self, lines: Mapping[int, int]) -> dict[int, int]:
        """Of these ids those named before, each with its line then; the others are kept, each
        with the line that it stands on now.
        """
        found = dict(self._connection.execute(FIND, (json.dumps(list(lines)),)))
        self._connection.execute("BEGIN")
        self._connection.executemany(KEEP, sorted(lines.items()))
        self._connection.execute("COMMIT")
        return found
