"""What chats are called on a page and in an answer: a channel by its title."""

from collections.abc import Iterable

from core.channel import Channel


class ChatTitles:
    """Of the channels that are looked at; other chats have none."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        self._titles: dict[str, str] = {}
        for each in channels:
            names = {each.facts.chat_id, each.name.lower()}
            self._titles |= dict.fromkeys(names, each.facts.title)

    def __getitem__(self, chat_id: str) -> str:
        """ "" where it is not known."""
        return self._titles.get(chat_id, "")

    def named(self, chat_id: str) -> str:
        """Else what it is written by."""
        return self[chat_id] or chat_id
