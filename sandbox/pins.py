"""Messages pinned on top of a chat; the newest pin is shown first."""

from sandbox.archive import Message
from sandbox.chats import Chat
from sandbox.refusals import bad_request
from sandbox.rights import pinning
from sandbox.telegram import Call, Telegram


def pin_chat_message(telegram: Telegram, call: Call) -> bool:
    """A message of the chat's own tells that one was pinned, as with Telegram."""
    chat = call.target
    telegram.permit(call, pinning(chat))
    message = telegram.archive.find(chat.id, call.arguments.number("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    chat.pinned = (*_without(chat, message["message_id"]), message["message_id"])
    pinned = {name: part for name, part in message.items() if name != "reply_to_message"}
    telegram.post(chat, telegram.bot(call.bot_id), {"pinned_message": pinned})
    return True


def unpin_chat_message(telegram: Telegram, call: Call) -> bool:
    chat, message_id = call.target, call.arguments.number("message_id")
    telegram.permit(call, pinning(chat))
    if message_id and telegram.archive.find(chat.id, message_id) is None:
        raise bad_request("message to unpin not found")
    chat.pinned = _without(chat, message_id) if message_id else chat.pinned[:-1]
    telegram.changes.touch(chat.id)
    return True


def unpin_all_chat_messages(telegram: Telegram, call: Call) -> bool:
    telegram.permit(call, pinning(call.target))
    call.target.pinned = ()
    telegram.changes.touch(call.target.id)
    return True


def newest_pin(telegram: Telegram, chat: Chat) -> Message | None:
    """What getChat tells; None where nothing is pinned that the archive still has."""
    found = (telegram.archive.find(chat.id, pinned) for pinned in reversed(chat.pinned))
    return next((message for message in found if message is not None), None)


def _without(chat: Chat, message_id: int) -> tuple[int, ...]:
    return tuple(pinned for pinned in chat.pinned if pinned != message_id)
