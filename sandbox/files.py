"""Files that can be downloaded: the newest uploads, and a stand-in for every other."""

import re
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from sandbox.arguments import Upload
from sandbox.media import EXTENSIONS, PREFIXES, unique_id

KEPT_BYTES = 50 * 2**20
DOWNLOAD_BYTES = 20 * 2**20
"""The largest file that getFile gives (Bot API, getFile)."""

FOLDERS = {prefix: f"{kind}s" for kind, prefix in PREFIXES.items()}
PATH = re.compile(r"[a-z_]+/([A-Za-z0-9_-]{1,200})\.[a-z0-9]+")
DIGEST = re.compile(r"[0-9a-f]{40}")


class Files:
    """The newest uploads' bytes, by digest: a file sent twice is one file."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._contents: OrderedDict[str, bytes] = OrderedDict()
        self._kept_bytes, self._bytes = kept_bytes, 0

    def keep(self, uploads: Iterable[Upload]) -> None:
        for upload in uploads:
            digest = upload.digest
            self._bytes += upload.size - len(self._contents.pop(digest, b""))
            self._contents[digest] = upload.content
        while self._bytes > self._kept_bytes:
            self._bytes -= len(self._contents.popitem(last=False)[1])

    def content(self, file_id: str) -> bytes:
        """What was uploaded under this id; a line of text where that is not known (any more)."""
        digest = DIGEST.search(file_id)
        stored = self._contents.get(digest.group()) if digest else None
        return f"sandbox file {file_id}\n".encode() if stored is None else stored

    def facts(self, file_id: str) -> dict[str, Any] | None:
        """Telegram's File; None for an id that is none, or a file too big to be got."""
        prefix = next((prefix for prefix in FOLDERS if file_id.startswith(prefix)), None)
        size = len(self.content(file_id))
        if prefix is None or size > DOWNLOAD_BYTES:
            return None
        path = f"{FOLDERS[prefix]}/{file_id}.{EXTENSIONS[prefix]}"
        unique = {"file_id": file_id, "file_unique_id": unique_id(file_id)}
        return {**unique, "file_size": size, "file_path": path}

    def at(self, path: str) -> bytes | None:
        """The content of the file with this path; None where there cannot be one."""
        named = PATH.fullmatch(path)
        return self.content(named.group(1)) if named else None

    def clear(self) -> None:
        self._contents.clear()
        self._bytes = 0
