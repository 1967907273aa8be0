"""What is kept of messages and files: bounded, and each chat's history at hand."""

from typing import Any

from sandbox.archive import Archive
from sandbox.arguments import Upload
from sandbox.files import Files
from sandbox.media import PREFIXES


def message(chat_id: int, message_id: int, text: str = "text") -> dict[str, Any]:
    return {"chat": {"id": chat_id, "type": "private"}, "message_id": message_id, "text": text}


def filled(kept: int, chats: int, each: int) -> Archive:
    archive = Archive(kept)
    for number in range(1, each + 1):
        for chat_id in range(1, chats + 1):
            archive.keep(message(chat_id, number))
    return archive


def ids(archive: Archive, chat_id: int, **which: int) -> list[int]:
    return [message["message_id"] for message in archive.history(chat_id, **which)]


def test_a_history_is_of_one_chat_newest_last() -> None:
    archive = filled(kept=100, chats=3, each=5)
    assert ids(archive, 2) == [1, 2, 3, 4, 5]
    assert ids(archive, 2, limit=2) == [4, 5]
    assert ids(archive, 2, before=4, limit=2) == [2, 3]
    assert ids(archive, 9) == []


def test_beyond_the_bound_the_oldest_of_all_chats_go() -> None:
    archive = filled(kept=4, chats=2, each=3)
    assert (ids(archive, 1), ids(archive, 2)) == ([2, 3], [2, 3])
    archive.keep(message(7, 1))
    assert (ids(archive, 1), ids(archive, 2), ids(archive, 7)) == ([3], [2, 3], [1])


def test_an_edit_keeps_its_place_and_the_old_message_as_it_was() -> None:
    archive = filled(kept=9, chats=1, each=3)
    old = archive.find(1, 2)
    archive.replace(message(1, 2, "new"))
    archive.replace(message(1, 99, "gone long ago"))
    assert [m["text"] for m in archive.history(1)] == ["text", "new", "text"]
    assert old == message(1, 2)


def test_with_a_message_its_reactions_and_author_go() -> None:
    archive = filled(kept=2, chats=1, each=2)
    thumb = [{"type": "emoji", "emoji": "\N{THUMBS UP SIGN}"}]
    for message_id in (1, 2):
        archive.react(1, message_id, 7, thumb)
        archive.sign(message(1, message_id), 7)
    archive.remove(1, 2)
    archive.keep(message(1, 3))
    archive.keep(message(1, 4))
    assert [archive.reactions(1, message_id) for message_id in (1, 2)] == [{}, {}]
    assert [archive.author(message(1, message_id)) for message_id in (1, 2)] == [None, None]


def test_of_all_uploads_the_newest_bytes_are_kept() -> None:
    files = Files(kept_bytes=10)
    first, second = (Upload(name, name.encode() * 6, "text/plain") for name in "ab")
    for upload in (first, first, second):
        files.keep([upload])
    ids = [PREFIXES["document"] + upload.digest for upload in (first, second)]
    assert files.content(ids[1]) == b"bbbbbb"
    assert files.content(ids[0]).startswith(b"sandbox file")
