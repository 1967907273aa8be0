"""What a bot tells of itself: its commands, descriptions and menu button."""

from typing import Any

Scope = tuple[str, int, int]
"""A BotCommandScope: its type, its chat and its user, 0 where it has none."""

DEFAULT_SCOPE: Scope = ("default", 0, 0)
DEFAULT_BUTTON = {"type": "commands"}


class Profile:
    """One bot's. Everything but the button has a text for each language; "" is for the rest."""

    def __init__(self) -> None:
        self.commands: dict[tuple[Scope, str], list[dict[str, Any]]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.buttons: dict[int, dict[str, Any]] = {}

    def text(self, name: str, language: str) -> str:
        """Falls back to the text for every language, then to none."""
        return self.texts.get((name, language)) or self.texts.get((name, ""), "")

    def button(self, chat_id: int) -> dict[str, Any]:
        return self.buttons.get(chat_id) or self.buttons.get(0, DEFAULT_BUTTON)


class Profiles:
    """Each bot's."""

    def __init__(self) -> None:
        self._by_bot: dict[int, Profile] = {}

    def of(self, bot_id: int) -> Profile:
        return self._by_bot.setdefault(bot_id, Profile())
