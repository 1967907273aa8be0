"""Reactions: the bot's, and people's, which it may be told of."""

from collections import Counter
from typing import Any

import orjson

from sandbox.archive import Message
from sandbox.chats import CHANNEL, Chat
from sandbox.refusals import bad_request
from sandbox.rights import sending
from sandbox.roster import ADMINISTRATORS
from sandbox.telegram import Call, Telegram

TYPES = {"emoji": "emoji", "custom_emoji": "custom_emoji_id"}
"""What a bot may react with, and what names it."""

Reaction = dict[str, Any]


def set_message_reaction(telegram: Telegram, call: Call) -> bool:
    """A bot's own reaction is told to nobody."""
    telegram.permit(call, sending(call.target))
    chat_id, message_id = call.target.id, call.arguments.number("message_id")
    if telegram.archive.find(chat_id, message_id) is None:
        raise bad_request("message to react not found")
    asked = call.arguments.nested("reaction", "reaction types") or []
    if not isinstance(asked, list):
        raise bad_request("expected an Array of ReactionType")
    reactions = [_checked(reaction) for reaction in asked]
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    telegram.archive.react(chat_id, message_id, call.bot_id, reactions)
    telegram.changes.touch(chat_id)
    return True


def _checked(reaction: Any) -> Reaction:
    named = TYPES.get(str(reaction.get("type"))) if isinstance(reaction, dict) else None
    if named is None or not isinstance(reaction.get(named), str) or not reaction[named]:
        raise bad_request("REACTION_INVALID")
    return {"type": reaction["type"], named: reaction[named]}


def react(
    telegram: Telegram, chat: Chat, message: Message, user_id: int, emoji: str | None
) -> None:
    """A user's reaction, or (None) his change of mind. In a channel it has no name."""
    message_id = message["message_id"]
    before = telegram.archive.reactions(chat.id, message_id).get(user_id, [])
    after = [{"type": "emoji", "emoji": emoji}] if emoji else []
    if before == after:
        return
    telegram.archive.react(chat.id, message_id, user_id, after)
    telegram.changes.touch(chat.id)
    where = {"chat": chat.facts, "message_id": message_id, "date": int(telegram.now())}
    bots = [bot_id for bot_id in telegram.bots_in(chat) if _sees(chat, bot_id)]
    if chat.type == CHANNEL:
        counts = {"reactions": counted(telegram, chat.id, message_id)}
        telegram.tell(bots, "message_reaction_count", where | counts)
    else:
        moved = {"old_reaction": before, "new_reaction": after}
        user = {"user": telegram.users.find(user_id)}
        telegram.tell(bots, "message_reaction", where | user | moved)


def counted(telegram: Telegram, chat_id: int, message_id: int) -> list[dict[str, Any]]:
    """Telegram's ReactionCounts, the most frequent first."""
    given = telegram.archive.reactions(chat_id, message_id).values()
    counts = Counter(orjson.dumps(reaction) for own in given for reaction in own)
    return [{"type": orjson.loads(t), "total_count": n} for t, n in counts.most_common()]


def _sees(chat: Chat, bot_id: int) -> bool:
    """Only administrators are told (Bot API, Update)."""
    member = chat.roster.of(bot_id) if chat.roster and not chat.is_private else None
    return member is None or member["status"] in ADMINISTRATORS
