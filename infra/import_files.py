"""Files of people that were uploaded: where they lie, by names of ours, and for how long."""

import os
import secrets
import time
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

FOLDER = "imports"
NAME_BYTES = 16
LEFT_OVER_S = 24 * 3600
"""So old, a file that no import waits for was left by somebody who died."""

REJECTS_S = 7 * LEFT_OVER_S
"""So long somebody may fetch the rows that were not taken."""

REJECTS = ".rejects.csv"
COPIED_BYTES = 1_000_000


class ImportFiles:
    """Below `data_dir`, which whoever uploads and whoever takes in have to share. All block."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir.absolute() / FOLDER

    def keep(self, upload: BinaryIO) -> str:
        """Write it down, for nobody else to read; the name it got. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = secrets.token_hex(NAME_BYTES)
        opened = os.open(self.of(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as file:
            while part := upload.read(COPIED_BYTES):
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        return name

    def of(self, name: str) -> Path:
        return self._folder / name

    def rejects_of(self, name: str) -> Path:
        """Where the rows are that were not taken; there may be none."""
        return self._folder / f"{name}{REJECTS}"

    def begin_rejects(self, name: str) -> Path:
        """A new file for them: whoever works on the same import has another."""
        path = self._folder / f"{name}.{secrets.token_hex(NAME_BYTES)}"
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        return path

    def drop(self, name: str) -> None:
        self.of(name).unlink(missing_ok=True)

    def sweep(self, needed: Collection[str]) -> int:
        """Remove what nobody needs any more; how many."""
        if not self._folder.is_dir():
            return 0
        gone, now_s = 0, time.time()
        for path in self._folder.iterdir():
            if path.name.partition(".")[0] in needed:
                continue
            lasts_s = REJECTS_S if path.name.endswith(REJECTS) else LEFT_OVER_S
            if now_s - path.stat().st_mtime > lasts_s:
                path.unlink(missing_ok=True)
                gone += 1
        return gone
