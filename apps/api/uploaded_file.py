"""A file that came with a form: on the disk as long as it is needed, under a name of ours."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.datastructures import UploadFile

from apps.api.file_kinds import HEAD_BYTES, check_kind, looked_at
from core.errors import InvalidInput
from core.telegram_limits import PHOTO_UPLOAD_BYTES, UPLOAD_BYTES

FIELD = "file"
STEM_CHARACTERS, SUFFIX_CHARACTERS = 60, 12
"""Of four bytes each at most: a name has 255."""
COPIED_BYTES = 2**20
MEGABYTE = 2**20


@asynccontextmanager
async def on_disk(upload: UploadFile, kind: str) -> AsyncIterator[Path]:
    """Its path, until it is done with; then nothing is left of it. Raises InvalidInput for what
    Telegram would not take as this kind.
    """
    head = await upload.read(HEAD_BYTES)
    _check_size(upload.size or 0, kind)
    check_kind(kind, head)
    await upload.seek(0)
    with tempfile.TemporaryDirectory(prefix="analyticbot-") as folder:
        path = Path(folder) / safe_name(upload.filename, f"{kind}{looked_at(head)[1]}")
        await asyncio.to_thread(_copy, upload, path)
        yield path


def safe_name(given: str | None, otherwise: str) -> str:
    """What a file is called, as far as that is a name: no path, nothing that cannot be seen."""
    last = (given or "").encode("utf-8", "replace").decode().replace("\\", "/").rpartition("/")[2]
    name = "".join(each for each in last if each.isprintable()).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > SUFFIX_CHARACTERS:
        stem, dot, suffix = name, "", ""
    return f"{stem[:STEM_CHARACTERS]}{dot}{suffix}" or otherwise


def _check_size(size: int, kind: str) -> None:
    most = PHOTO_UPLOAD_BYTES if kind == "photo" else UPLOAD_BYTES
    if not size:
        raise InvalidInput(FIELD, "is empty", "choose another file")
    if size > most:
        remedy = "make it smaller" if kind != "photo" else "make it smaller, or send a document"
        told = f"has {size / MEGABYTE:,.1f} MB; Telegram takes {most // MEGABYTE} MB as a {kind}"
        raise InvalidInput(FIELD, told, remedy)


def _copy(upload: UploadFile, path: Path) -> None:
    with path.open("xb") as copy:
        shutil.copyfileobj(upload.file, copy, COPIED_BYTES)
