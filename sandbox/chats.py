"""The chats: any id is one, unless it was declared otherwise."""

import re
import time
import zlib
from typing import Any

from sandbox.growth import Growth
from sandbox.refusals import bad_request
from sandbox.roster import Roster

PRIVATE, GROUP, SUPERGROUP, CHANNEL = "private", "group", "supergroup", "channel"
TYPES = (PRIVATE, GROUP, SUPERGROUP, CHANNEL)

SUPERGROUPS = 10**12
"""A supergroup's or channel's id is -(this + its number): "-100" and the number."""

NAMED = 900_000_000_000
"""Chats known by @name get their number above this one, by their name's checksum."""

MEMBERS, PUBLIC_MEMBERS = 2, 1_200
"""Who is in a chat, and in a channel known by its @name, if nobody said."""

NAMED_NUMBERS = range(NAMED, NAMED + 2**32)

USERNAME = re.compile(r"@[A-Za-z]\w{3,31}", re.ASCII)


class Chat:
    """One chat. `facts` is what Telegram tells of it in each message.

    `free_at` and `group_free_at` are its limits' state, see limits.py. A channel with a
    username has a preview page while `is_public`, and views that grow by `growth`.
    `roster` is None until members are declared: until then everybody may do everything.
    """

    __slots__ = (
        *("facts", "free_at", "group_free_at", "growth", "id", "is_counted", "is_public"),
        *("last_message_id", "members", "pinned", "roster", "type"),
    )

    def __init__(self, chat_id: int, chat_type: str, names: dict[str, Any]) -> None:
        self.id, self.type = chat_id, chat_type
        self.facts: dict[str, Any] = {"id": chat_id, **names, "type": chat_type}
        self.last_message_id = 0
        self.members, self.is_counted = MEMBERS, False
        self.roster: Roster | None = None
        self.pinned: tuple[int, ...] = ()
        self.is_public, self.growth = True, Growth()
        self.free_at = self.group_free_at = 0.0

    @property
    def is_private(self) -> bool:
        return self.type == PRIVATE

    def next_message_id(self) -> int:
        self.last_message_id += 1
        return self.last_message_id

    def full_info(self) -> dict[str, Any]:
        """Telegram's ChatFullInfo."""
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
        return {
            **self.facts,
            **({"active_usernames": [self.facts["username"]]} if "username" in self.facts else {}),
            "accent_color_id": abs(self.id) % 7,
            "max_reaction_count": 11,
            "accepted_gift_types": {**dict.fromkeys(gifts, True), "gifts_from_channels": True},
        }


class Chats:
    """Every chat seen or declared."""

    def __init__(self) -> None:
        self.by_id: dict[int, Chat] = {}
        self._by_name: dict[str, int] = {}

    def find(self, raw: Any) -> Chat:
        """The chat that a `chat_id` argument means, or Telegram's refusal."""
        chat_id = self.resolve(raw)
        chat = self.by_id.get(chat_id)
        return chat or self._appear(chat_id, raw if isinstance(raw, str) else "")

    def resolve(self, raw: Any) -> int:
        if raw.__class__ is int:
            return _checked(raw)
        if raw is None or raw == "":
            raise bad_request("chat_id is empty")
        if not isinstance(raw, str):
            raise bad_request("chat not found")
        if USERNAME.fullmatch(raw):
            return self._by_name.get(raw.lower(), _id_of_name(raw))
        if re.fullmatch(r"-?[0-9]{1,15}", raw):
            return _checked(int(raw))
        raise bad_request("chat not found")

    def declare(
        self, raw: Any, *, chat_type: str = "", members: int | None = None, **names: Any
    ) -> Chat:
        """Give a chat its type, names and members; a @username makes it known by that too."""
        chat = self.find(raw)
        chat.type = chat_type or chat.type
        chat.facts = {"id": chat.id, **_names(chat), **names, "type": chat.type}
        if members is not None:
            chat.members, chat.is_counted = members, True
        if "username" in names:
            self._by_name[f"@{names['username']}".lower()] = chat.id
        return chat

    def _appear(self, chat_id: int, asked: str) -> Chat:
        if asked.startswith("@"):
            chat = Chat(chat_id, CHANNEL, {"title": asked[1:], "username": asked[1:]})
            chat.members = PUBLIC_MEMBERS
        elif chat_id < 0 and number_of(chat_id) in NAMED_NUMBERS:
            # Somebody remembers its number from before we began: what it was we cannot tell.
            raise bad_request("chat not found")
        else:
            chat_type = type_of(chat_id)
            chat = Chat(chat_id, chat_type, _default_names(chat_id, chat_type))
        self.by_id[chat_id] = chat
        return chat


def type_of(chat_id: int) -> str:
    if chat_id > 0:
        return PRIVATE
    return GROUP if chat_id > -SUPERGROUPS else SUPERGROUP


def number_of(chat_id: int) -> int:
    """The id without the sign and the -100 that tell its type."""
    return abs(chat_id) % SUPERGROUPS


def message_head(chat: Chat, bot: dict[str, Any], now: float | None = None) -> dict[str, Any]:
    """What every message of this bot in this chat begins with."""
    head: dict[str, Any] = {"message_id": chat.next_message_id()}
    if chat.type == CHANNEL:
        head["sender_chat"] = chat.facts
    else:
        head["from"] = bot
    head["chat"] = chat.facts
    head["date"] = int(time.time() if now is None else now)
    return head


def _checked(chat_id: int) -> int:
    if chat_id == 0 or not -2 * SUPERGROUPS < chat_id < SUPERGROUPS:
        raise bad_request("chat not found")
    return chat_id


def _id_of_name(name: str) -> int:
    return -(SUPERGROUPS + NAMED + zlib.crc32(name.lower().encode()))


def _default_names(chat_id: int, chat_type: str) -> dict[str, Any]:
    number = number_of(chat_id)
    if chat_type == PRIVATE:
        return {"first_name": f"User {number}"}
    return {"title": f"{chat_type.capitalize()} {number}"}


def _names(chat: Chat) -> dict[str, Any]:
    """The names that a chat of this type has, and no other's."""
    private = chat.type == PRIVATE
    kept = ("first_name", "last_name", "username") if private else ("title", "username")
    names = {name: chat.facts[name] for name in kept if name in chat.facts}
    return names or _default_names(chat.id, chat.type)
