"""What a bot sees in a group: its privacy mode is on, as it is unless @BotFather is asked.

In private chats and channels, and as an administrator, it sees all; else only commands,
replies to itself and what names it (https://core.telegram.org/bots/features#privacy-mode).
"""

from sandbox.archive import Message
from sandbox.chats import CHANNEL, Chat
from sandbox.roster import ADMINISTRATORS
from sandbox.telegram import Telegram


def sees(telegram: Telegram, chat: Chat, bot_id: int, message: Message) -> bool:
    """Where members were not declared, a bot is taken for an administrator."""
    member = chat.roster.of(bot_id) if chat.roster is not None else None
    if chat.is_private or chat.type == CHANNEL or member is None:
        return True
    return member["status"] in ADMINISTRATORS or _concerns(telegram, bot_id, message)


def _concerns(telegram: Telegram, bot_id: int, message: Message) -> bool:
    name = f"@{telegram.bot(bot_id)['username']}".lower()
    text = str(message.get("text") or message.get("caption") or "").lower()
    command, replied = text.split(" ", 1)[0], message.get("reply_to_message", {})
    if command.startswith("/"):
        return "@" not in command or command.endswith(name)
    return name in text or replied.get("from", {}).get("id") == bot_id
