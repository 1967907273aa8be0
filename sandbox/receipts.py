"""What was accepted: one receipt a message, numbered from 1."""

from array import array
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from sandbox.signals import Signal

HEAD = 64
"""Characters of a message's text that its receipt keeps for good."""

FULL = 5_000
"""The newest messages, kept whole."""

CORE = 1_000_000
"""Receipts kept at all; beyond that the oldest tenth goes."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted message, whole."""

    bot_id: int
    chat_id: int
    message_id: int
    method: str
    text: str
    received_at: float
    accepted_at: float
    params: dict[str, Any]
    message: dict[str, Any]


class Receipts:
    """The log. Core facts stand in columns of 8 bytes, whole messages in a short queue."""

    def __init__(self, path: Path | None = None, core: int = CORE, full: int = FULL) -> None:
        self.changed = Signal()
        self._core, self._dropped = core, 0
        self._bots, self._chats, self._messages = array("q"), array("q"), array("q")
        self._received, self._accepted = array("d"), array("d")
        self._methods: list[str] = []
        self._heads: list[str] = []
        self._full: deque[Accepted] = deque(maxlen=full)
        self._file: BinaryIO | None = path.open("ab", buffering=0) if path else None

    @property
    def last(self) -> int:
        """The newest receipt's number; 0 where there is none."""
        return self._dropped + len(self._chats)

    def add(self, receipt: Accepted) -> None:
        self._bots.append(receipt.bot_id)
        self._chats.append(receipt.chat_id)
        self._messages.append(receipt.message_id)
        self._received.append(receipt.received_at)
        self._accepted.append(receipt.accepted_at)
        self._methods.append(receipt.method)
        self._heads.append(receipt.text[:HEAD])
        self._full.append(receipt)
        if self._file is not None:
            self._write(receipt)
        if len(self._chats) > self._core:
            self._drop(self._core // 10)

    def since(self, seq: int, chat_id: int | None = None, bot_id: int | None = None) -> list[int]:
        """The numbers of the receipts after `seq`."""
        start = max(seq - self._dropped, 0)
        first = self._dropped + 1
        if chat_id is None and bot_id is None:
            return list(range(first + start, self.last + 1))
        return [
            first + index
            for index in range(start, len(self._chats))
            if chat_id in (None, self._chats[index]) and bot_id in (None, self._bots[index])
        ]

    def whole(self, seqs: list[int]) -> Iterator[dict[str, Any]]:
        """Each receipt; its params and message are null once it is an old one."""
        oldest = self.last - len(self._full) + 1
        for seq in seqs:
            accepted = self._full[seq - oldest] if seq >= oldest else None
            yield {
                **self._facts(seq - self._dropped - 1),
                "seq": seq,
                **({"text": accepted.text} if accepted else {}),
                "params": accepted.params if accepted else None,
                "message": accepted.message if accepted else None,
            }

    def columns(self, seqs: list[int]) -> dict[str, list[Any]]:
        """The core facts, a list for each, in the same order: cheap for 50,000."""
        rows = [seq - self._dropped - 1 for seq in seqs]
        columns: Mapping[str, Sequence[Any]] = {
            "bot_id": self._bots,
            "chat_id": self._chats,
            "message_id": self._messages,
            "method": self._methods,
            "text": self._heads,
            "received_at": self._received,
            "accepted_at": self._accepted,
        }
        return {
            "seq": seqs,
            **{name: [column[row] for row in rows] for name, column in columns.items()},
        }

    async def wait(
        self,
        count: int,
        since: int = 0,
        chat_id: int | None = None,
        bot_id: int | None = None,
        wait_s: float = 5.0,
    ) -> bool:
        """Whether `count` receipts stand after `since`, now or within `wait_s`."""
        found, seen = 0, since

        def enough() -> bool:
            nonlocal found, seen  # each receipt is looked at once, however many come
            if self.last < seen:  # cleared meanwhile
                found = seen = 0
            if self.last > seen:
                found += len(self.since(seen, chat_id, bot_id))
                seen = self.last
            return found >= count

        return await self.changed.wait_for(enough, wait_s)

    def clear(self) -> None:
        """Begin again at 1. The file goes on."""
        self._drop(len(self._chats))
        self._dropped = 0
        self._full.clear()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _facts(self, row: int) -> dict[str, Any]:
        return {
            "bot_id": self._bots[row],
            "chat_id": self._chats[row],
            "message_id": self._messages[row],
            "method": self._methods[row],
            "text": self._heads[row],
            "received_at": self._received[row],
            "accepted_at": self._accepted[row],
        }

    def _write(self, receipt: Accepted) -> None:
        """One line in one unbuffered write, so that a killed server has told everything."""
        assert self._file is not None
        facts = {**self._facts(len(self._chats) - 1), "seq": self.last, "text": receipt.text}
        self._file.write(orjson.dumps(facts, option=orjson.OPT_APPEND_NEWLINE))

    def _drop(self, count: int) -> None:
        numbers = (self._bots, self._chats, self._messages, self._received, self._accepted)
        for column in numbers:
            del column[:count]
        del self._methods[:count], self._heads[:count]
        self._dropped += count
