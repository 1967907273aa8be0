"""Who got a broadcast and who did not, as CSV."""

import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from typing import TextIO

from core.spreadsheet import ENCODING, cell_of
from infra.db.broadcast_report import Recipient

HEADER = (
    *("chat_id", "name", "username", "state", "reason", "description", "attempts"),
    *("sent_at", "message_ids"),
)


async def write(
    file: TextIO, pages: AsyncIterator[Sequence[Recipient]], most: int | None = None
) -> int:
    """A row for each recipient; how many. Once the file has more than `most` bytes (of a file that
    knows its place) no further page is written: whoever asks sees by its size.
    """
    rows, count = csv.writer(file), 0
    rows.writerow(HEADER)
    async for page in pages:
        rows.writerows(map(cells_of, page))
        count += len(page)
        if most is not None and file.tell() > most:
            break
    return count


async def parts(pages: AsyncIterator[Sequence[Recipient]]) -> AsyncGenerator[bytes, None]:
    """The same, page by page, as it is sent to somebody: no more than one is in memory."""
    yield _text([HEADER]).encode(ENCODING)
    async for page in pages:
        yield _text(map(cells_of, page)).encode()


def _text(rows: Iterable[Sequence[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue()


def cells_of(recipient: Recipient) -> list[str]:
    chat_id = recipient.chat_id
    texts = (recipient.name, recipient.username, recipient.state)
    more = (recipient.reason, recipient.description)
    return [
        cell_of(chat_id) if chat_id.startswith("@") else chat_id,  # a number stays one
        *map(cell_of, (*texts, *more)),
        str(recipient.attempts),
        recipient.sent_at.isoformat() if recipient.sent_at is not None else "",
        " ".join(map(str, recipient.message_ids)),
    ]
