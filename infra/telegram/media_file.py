"""A file that Telegram is to be given: looked at before anything is sent."""

import hashlib
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from core.bot_methods import MEDIA
from core.errors import InvalidInput
from core.preflight_values import FILE_ID
from core.telegram_limits import PHOTO_UPLOAD_BYTES, UPLOAD_BYTES

WEB = ("http://", "https://")
FORMS = "give a file of this machine, a URL or a file_id"
# Kinds that are shown with their file's name: under another name it is another file.
SHOWN_BY_NAME = frozenset({"document", "audio"})
STAND_IN = "not-uploaded-yet"
MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class MediaFile:
    """`kind` is a key of MEDIA; `path` None where it is at `url`.

    `digest`, SHA-256 in hex, is equal for files that need one upload; "" where there is no
    knowing: what is at a URL changes.
    """

    kind: str
    path: Path | None
    url: str
    digest: str

    def stood_in(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options as they can be checked before the file has its id."""
        return {**options, self.kind: self.url or STAND_IN}

    @classmethod
    def at(cls, kind: str, path: Path) -> Self:
        """Raises InvalidInput for what Telegram would not take."""
        try:
            _check(kind, path)
            with path.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256")
        except OSError as error:
            why = f"{path} cannot be read: {error.strerror}"
            raise InvalidInput(kind, why, FORMS) from None
        if kind in SHOWN_BY_NAME:
            digest.update(f"\n{path.name}".encode("utf-8", "surrogateescape"))
        return cls(kind, path, "", digest.hexdigest())

    @classmethod
    def from_url(cls, kind: str, url: str, key: str) -> Self:
        """`key` is that of what it is for: there the URL means one file; "" for none."""
        digest = hashlib.sha256(f"{key}\n{url}".encode("utf-8", "replace")).hexdigest()
        return cls(kind, None, url, digest if key else "")


def media_file(options: Mapping[str, Any]) -> MediaFile | None:
    """The file of this machine that the options name; None where they name none.

    Raises InvalidInput where it cannot be uploaded.
    """
    for kind in MEDIA:
        value = options.get(kind)
        if not isinstance(value, str) or not value or value.lower().startswith(WEB):
            continue
        if (path := _path(kind, value)) is not None:
            return MediaFile.at(kind, path)
    return None


def media_url(options: Mapping[str, Any], key: str) -> MediaFile | None:
    """The file at a URL that the options name; None where they name none."""
    for kind in MEDIA:
        value = options.get(kind)
        if isinstance(value, str) and value.lower().startswith(WEB):
            return MediaFile.from_url(kind, value, key)
    return None


def _path(kind: str, value: str) -> Path | None:
    """None for a file_id."""
    path = Path(value)
    try:
        found = path.exists()
    except OSError as error:
        raise InvalidInput(kind, f"{value} cannot be read: {error.strerror}", FORMS) from None
    if found:
        return path
    if FILE_ID.fullmatch(value):
        return None
    raise InvalidInput(kind, f"there is no file {value}", FORMS)


def _check(kind: str, path: Path) -> None:
    found = path.stat()
    most = PHOTO_UPLOAD_BYTES if kind == "photo" else UPLOAD_BYTES
    if not stat.S_ISREG(found.st_mode):
        raise InvalidInput(kind, f"{path} is not a file", FORMS)
    if not found.st_size:
        raise InvalidInput(kind, f"{path} is empty", FORMS)
    if found.st_size > most:
        size = f"{path} has {found.st_size / MEGABYTE:,.1f} MB"
        remedy = "make it smaller" if kind != "photo" else "make it smaller, or send a document"
        limit = f"Telegram takes uploads of {most // MEGABYTE} MB as a {kind}"
        raise InvalidInput(kind, f"{size}; {limit}", remedy)
