"""Files: what was named or uploaded, and the objects Telegram describes them with.

No file is fetched; what is uploaded is kept in files.py. A URL at a host that ends in
".invalid" plays one that Telegram cannot fetch. A file id bears a seal: so ids that were given
out are known from all others without a memory, and after a restart.
"""

import re
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from core.telegram_limits import PHOTO_UPLOAD_BYTES
from sandbox.arguments import Arguments, Upload
from sandbox.refusals import bad_request

FILE_ID = re.compile(r"([A-Za-z]{11}[0-9a-f]{40})([0-9a-f]{6})(?:90|320|800)?")
WIDTH = re.compile(r"(?<=[0-9a-f]{46})(?:90|320|800)\Z")
URL = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
ATTACHED = "attach://"

PREFIXES: Mapping[str, str] = {
    "photo": "AgACAgIAAxk",
    "video": "BAACAgIAAxk",
    "document": "BQACAgIAAxk",
    "animation": "CgACAgIAAxk",
    "audio": "CQACAgIAAxk",
    "voice": "AwACAgIAAxk",
    "sticker": "CAACAgIAAxk",
    "video_note": "DQACAgIAAxk",
}
"""How a file id of each type begins, with Telegram as here."""

MIME_TYPES: Mapping[str, str] = {
    "video": "video/mp4",
    "document": "application/octet-stream",
    "animation": "video/mp4",
    "audio": "audio/mpeg",
    "voice": "audio/ogg",
}
EXTENSIONS: Mapping[str, str] = {
    PREFIXES["photo"]: "jpg",
    PREFIXES["video"]: "mp4",
    PREFIXES["document"]: "bin",
    PREFIXES["animation"]: "mp4",
    PREFIXES["audio"]: "mp3",
    PREFIXES["voice"]: "oga",
    PREFIXES["sticker"]: "webp",
    PREFIXES["video_note"]: "mp4",
}
"""How the name of a file ends, by the beginning of its id."""

PHOTO_SIZES = ((90, 60, 1_253), (320, 213, 15_344), (800, 533, 65_012), (1280, 853, 123_456))
SIZE = 123_456
"""The size in bytes of a file that was not uploaded."""


def media_of(kind: str, arguments: Arguments) -> dict[str, Any]:
    """The content of a message with one file, taken from the argument named like its type."""
    source = arguments.upload(kind) or arguments.text(kind).strip()
    return content_of(kind, source, arguments)


def named_media(kind: str, name: str) -> dict[str, Any]:
    """The content of a message with one file of this name, as a person sends it."""
    file = {**_ids(kind, name), "file_size": SIZE, "file_name": name}
    return DESCRIBED[kind](file, Arguments({}))


def content_of(kind: str, source: str | Upload, arguments: Arguments) -> dict[str, Any]:
    file = _file(kind, source, arguments)
    return DESCRIBED[kind](file, arguments)


def _file(kind: str, source: str | Upload, arguments: Arguments) -> dict[str, Any]:
    """The facts that every type of file has."""
    if isinstance(source, str) and source.startswith(ATTACHED):
        source = arguments.upload(source.removeprefix(ATTACHED)) or ""
    if isinstance(source, Upload):
        return _uploaded(kind, source)
    if not source:
        raise bad_request(f"there is no {kind} in the request")
    _check_name(kind, source)
    return {**_ids(kind, source), "file_size": SIZE}


def _uploaded(kind: str, upload: Upload) -> dict[str, Any]:
    if not upload.size:
        raise bad_request("file must be non-empty")
    if kind == "photo" and upload.size > PHOTO_UPLOAD_BYTES:
        most = f"the maximum size is {PHOTO_UPLOAD_BYTES} bytes"
        raise bad_request(f"file of size {upload.size} bytes is too big for a photo; {most}")
    ids = _identified(_sealed(PREFIXES[kind] + upload.digest))
    return {**ids, "file_size": upload.size, "file_name": upload.name}


def _check_name(kind: str, source: str) -> None:
    """A file id of this type, or a URL that can be fetched."""
    if URL.fullmatch(source):
        _check_host(source)
    elif not is_issued(source):
        raise bad_request("wrong file identifier/HTTP URL specified")
    else:
        for other, prefix in PREFIXES.items():
            if other != kind and source.startswith(prefix):
                raise bad_request(f"can't use file of type {other.title()} as {kind.title()}")


def _check_host(url: str) -> None:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        raise bad_request("wrong file identifier/HTTP URL specified") from None
    if host.endswith(".invalid"):
        raise bad_request("failed to get HTTP URL content")


def is_issued(file_id: str) -> bool:
    """Whether it was given out here, by this server or by another."""
    form = FILE_ID.fullmatch(file_id)
    return form is not None and _sealed(form[1]) == form[1] + form[2]


def _ids(kind: str, source: str) -> dict[str, Any]:
    """The same file has the same ids; one of a photo's smaller sizes means the photo."""
    if is_issued(source):
        return _identified(WIDTH.sub("", source))
    digest = blake2b(source.encode("utf-8", "replace"), digest_size=20).hexdigest()
    return _identified(_sealed(PREFIXES[kind] + digest))


def _sealed(identifier: str) -> str:
    return identifier + blake2b(identifier.encode(), digest_size=3).hexdigest()


def _identified(file_id: str) -> dict[str, Any]:
    return {"file_id": file_id, "file_unique_id": unique_id(file_id)}


def unique_id(file_id: str) -> str:
    """The file_unique_id. A photo's smaller sizes have ids that end in their width."""
    return f"AQAD{file_id[-12:]}"


def _photo(file: dict[str, Any], arguments: Arguments) -> dict[str, Any]:
    return {"photo": [_size(file["file_id"], *size) for size in PHOTO_SIZES]}


def _size(file_id: str, width: int, height: int, file_size: int) -> dict[str, Any]:
    """Telegram's PhotoSize; the largest has the photo's own id."""
    own = file_id if width == PHOTO_SIZES[-1][0] else f"{file_id}{width}"
    ids = {"file_id": own, "file_unique_id": unique_id(own)}
    return {**ids, "width": width, "height": height, "file_size": file_size}


def _named(kind: str, file: dict[str, Any]) -> dict[str, Any]:
    return {"file_name": f"{kind}.bin", "mime_type": MIME_TYPES[kind], **file}


def _moving(kind: str, file: dict[str, Any], arguments: Arguments) -> dict[str, Any]:
    return {
        **_named(kind, file),
        "width": arguments.number("width") or 1280,
        "height": arguments.number("height") or 720,
        "duration": max(arguments.number("duration"), 0),
    }


def _video(file: dict[str, Any], arguments: Arguments) -> dict[str, Any]:
    return {"video": _moving("video", file, arguments)}


def _animation(file: dict[str, Any], arguments: Arguments) -> dict[str, Any]:
    """Telegram adds a document, for programs older than animations."""
    animation = _moving("animation", file, arguments)
    return {"animation": animation, "document": _named("animation", file)}


def _document(file: dict[str, Any], arguments: Arguments) -> dict[str, Any]:
    return {"document": _named("document", file)}


def _audio(file: dict[str, Any], arguments: Arguments) -> dict[str, Any]:
    told = {name: arguments.text(name) for name in ("performer", "title") if arguments.text(name)}
    duration = max(arguments.number("duration"), 0)
    return {"audio": {**_named("audio", file), **told, "duration": duration}}


def _voice(file: dict[str, Any], arguments: Arguments) -> dict[str, Any]:
    """A voice has no name."""
    told = {name: fact for name, fact in file.items() if name != "file_name"}
    duration = max(arguments.number("duration"), 0)
    return {"voice": {**told, "mime_type": MIME_TYPES["voice"], "duration": duration}}


def _sticker(file: dict[str, Any], arguments: Arguments) -> dict[str, Any]:
    told = {name: fact for name, fact in file.items() if name != "file_name"}
    emoji = {"emoji": arguments.text("emoji")} if arguments.text("emoji") else {}
    shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False}
    return {"sticker": {**told, **shape, "is_video": False, **emoji}}


def _video_note(file: dict[str, Any], arguments: Arguments) -> dict[str, Any]:
    told = {name: fact for name, fact in file.items() if name != "file_name"}
    length = arguments.number("length") or 384
    return {
        "video_note": {**told, "length": length, "duration": max(arguments.number("duration"), 0)}
    }


DESCRIBED: Mapping[str, Callable[[dict[str, Any], Arguments], dict[str, Any]]] = {
    "photo": _photo,
    "video": _video,
    "document": _document,
    "animation": _animation,
    "audio": _audio,
    "voice": _voice,
    "sticker": _sticker,
    "video_note": _video_note,
}
