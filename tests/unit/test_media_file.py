"""What can be given to Telegram as a file, told before anything is sent."""

from pathlib import Path

import pytest

from core.errors import InvalidInput
from infra.telegram.media_file import MediaFile, media_file, media_url

MB = 2**20
A_FILE_ID = "AgACAgIAAxkBAAIBcdef"


def file_of(folder: Path, name: str, size: int) -> Path:
    path = folder / name
    with path.open("wb") as opened:
        opened.truncate(size)  # a hole: as large as it says, and costs nothing
    return path


def found(kind: str, path: Path) -> MediaFile:
    media = media_file({kind: str(path)})
    assert media is not None
    return media


@pytest.mark.parametrize(
    ("kind", "size", "text"),
    [
        ("photo", 0, "is empty"),
        ("photo", 10 * MB + 1, "10.0 MB; Telegram takes uploads of 10 MB as a photo; make it"),
        ("video", 50 * MB + 1, "50.0 MB; Telegram takes uploads of 50 MB as a video; make it"),
    ],
)
def test_a_file_of_no_size_that_telegram_takes_is_refused(
    kind: str, size: int, text: str, tmp_path: Path
) -> None:
    path = file_of(tmp_path, "a.bin", size)
    with pytest.raises(InvalidInput, match=text) as caught:
        media_file({kind: str(path)})
    assert caught.value.field == kind
    assert caught.value.remedy


def test_a_file_of_just_that_size_is_taken(tmp_path: Path) -> None:
    assert found("photo", file_of(tmp_path, "a.jpg", 10 * MB)).path is not None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", "is not a file; give a file of this machine, a URL or a file_id"),
        ("lost.jpg", "there is no file .*lost.jpg; give a file"),
        ("a.txt/b.jpg", "there is no file"),
        ("x" * 300, "cannot be read: File name too long"),
    ],
)
def test_what_is_no_file_is_refused(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(InvalidInput, match=text):
        media_file({"photo": str(tmp_path / name)})


def test_what_telegram_has_or_fetches_is_no_file_of_this_machine() -> None:
    url = "https://example.org/a.jpg"
    assert media_file({"photo": A_FILE_ID, "video": None, "text": "a.jpg"}) is None
    assert media_file({"photo": url}) is None
    assert media_url({"photo": A_FILE_ID}, "key") is None
    remote = media_url({"photo": url}, "key")
    assert remote is not None
    assert (remote.kind, remote.url, remote.path) == ("photo", url, None)


def test_one_content_is_one_file_save_where_its_name_is_shown(tmp_path: Path) -> None:
    one, same, other = (tmp_path / name for name in ("one.jpg", "same.jpg", "other.jpg"))
    for path, content in ((one, "x"), (same, "x"), (other, "y")):
        path.write_text(content)
    assert found("photo", one).digest == found("photo", same).digest
    assert found("photo", one).digest != found("photo", other).digest
    assert found("document", one).digest != found("document", same).digest


def test_what_is_at_a_url_is_known_for_one_key_alone() -> None:
    options = {"photo": "https://example.org/today.jpg"}
    spring, again, autumn, none = (media_url(options, key) for key in ("s", "s", "a", ""))
    assert spring is not None and autumn is not None and none is not None  # noqa: PT018
    assert spring == again
    assert spring.digest != autumn.digest
    assert none.digest == ""
