"""Which chats changed since somebody looked: the page's live update."""

from sandbox.signals import Signal


class Changes:
    """Counts every change from 1; each chat stands in the order of its newest one.

    The count never goes back, so that whoever waits for the next change outlives a reset.
    """

    def __init__(self) -> None:
        self.last = 0
        self.changed = Signal()
        self._by_chat: dict[int, int] = {}

    def touch(self, chat_id: int) -> None:
        self.last += 1
        self._by_chat.pop(chat_id, None)
        self._by_chat[chat_id] = self.last
        self.changed.notify()

    def since(self, number: int) -> list[int]:
        """The chats that changed after `number`, newest first; all for a number not yet reached."""
        start, found = (number if number <= self.last else 0), []
        for chat_id, at in reversed(self._by_chat.items()):
            if at <= start:
                break
            found.append(chat_id)
        return found

    async def wait(self, since: int, wait_s: float) -> bool:
        """Whether anything changed after `since`, now or within `wait_s`."""
        return await self.changed.wait_for(lambda: self.last != since, wait_s)

    def clear(self) -> None:
        """No chat is left; that is a change too."""
        self._by_chat.clear()
        self.last += 1
        self.changed.notify()
