"""What a file is, by its first bytes: so that a document is not sent as a photo."""

from collections.abc import Mapping

from core.errors import InvalidInput

HEAD_BYTES = 16
IMAGE, GIF, VIDEO, AUDIO, OTHER = "an image", "a GIF", "a video", "a sound", "a document"

HEADS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xff\xd8\xff", IMAGE, ".jpg"),
    (b"\x89PNG\r\n\x1a\n", IMAGE, ".png"),
    (b"GIF87a", GIF, ".gif"),
    (b"GIF89a", GIF, ".gif"),
    (b"BM", IMAGE, ".bmp"),
    (b"\x1aE\xdf\xa3", VIDEO, ".webm"),
    (b"OggS", AUDIO, ".ogg"),
    (b"ID3", AUDIO, ".mp3"),
    (b"\xff\xfb", AUDIO, ".mp3"),
    (b"\xff\xf3", AUDIO, ".mp3"),
    (b"fLaC", AUDIO, ".flac"),
    (b"%PDF-", OTHER, ".pdf"),
    (b"PK\x03\x04", OTHER, ".zip"),
    (b"\x7fELF", OTHER, ".bin"),
    (b"MZ", OTHER, ".exe"),
)
IN_RIFF: Mapping[bytes, tuple[str, str]] = {
    b"WEBP": (IMAGE, ".webp"),
    b"WAVE": (AUDIO, ".wav"),
    b"AVI ": (VIDEO, ".avi"),
}
BRANDS: Mapping[bytes, tuple[str, str]] = {
    b"M4A ": (AUDIO, ".m4a"),
    b"M4B ": (AUDIO, ".m4b"),
    b"heic": (OTHER, ".heic"),
    b"mif1": (OTHER, ".heic"),
    b"avif": (OTHER, ".avif"),
}
"""ISO containers; one of another brand is a video."""

TAKES: Mapping[str, frozenset[str]] = {
    "photo": frozenset({IMAGE, GIF}),
    "video": frozenset({VIDEO, ""}),
    "animation": frozenset({GIF, VIDEO, ""}),
    "audio": frozenset({AUDIO, VIDEO, ""}),
    "voice": frozenset({AUDIO, ""}),
}
""" "" is what is not known. A document may be anything."""


def looked_at(head: bytes) -> tuple[str, str]:
    """What a file that begins so is, and how its name ends; "" for both where it is not known."""
    if head[:4] == b"RIFF":
        return IN_RIFF.get(head[8:12], ("", ""))
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12], (VIDEO, ".mp4"))
    for begins, what, suffix in HEADS:
        if head.startswith(begins):
            return what, suffix
    return "", ""


def check_kind(kind: str, head: bytes) -> None:
    """Raises InvalidInput for what Telegram would not take as this kind."""
    what, _ = looked_at(head)
    if kind in TAKES and what not in TAKES[kind]:
        problem = f"is {what or 'nothing that is known here'}, and no {kind}"
        raise InvalidInput("file", problem, "send it as a document")
