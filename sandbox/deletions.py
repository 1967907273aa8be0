"""Messages deleted by the bot."""

from core.telegram_limits import COPIED_MESSAGES, DELETE_WITHIN
from sandbox.archive import Message, wrote
from sandbox.chats import CHANNEL
from sandbox.refusals import bad_request
from sandbox.rights import DELETE, POST, SEND, sending
from sandbox.telegram import Call, Telegram
from sandbox.verdicts import DELETING


def delete_message(telegram: Telegram, call: Call) -> bool:
    message_id = call.arguments.number("message_id")
    message = telegram.archive.find(call.target.id, message_id)
    if message is None:
        telegram.permit(call, sending(call.target))
        raise bad_request("message to delete not found")
    _check(telegram, call, message)
    _delete(telegram, message)
    return True


def delete_messages(telegram: Telegram, call: Call) -> bool:
    """All or none; what cannot be found is passed over, as Telegram does."""
    ids = call.arguments.nested("message_ids", "message identifiers")
    if not isinstance(ids, list) or not ids or not all(isinstance(i, int) for i in ids):
        raise bad_request("message identifiers are not specified")
    if len(ids) not in COPIED_MESSAGES:
        raise bad_request("too many message identifiers specified")
    found = [telegram.archive.find(call.target.id, message_id) for message_id in dict.fromkeys(ids)]
    doomed = [message for message in found if message is not None]
    if not doomed:
        telegram.permit(call, sending(call.target))
    for message in doomed:
        _check(telegram, call, message)
    for message in doomed:
        _delete(telegram, message)
    return True


def _check(telegram: Telegram, call: Call, message: Message) -> None:
    """Its own messages a bot may always delete, others' with the right to, none when old."""
    if call.target.type == CHANNEL:
        is_own = telegram.archive.author(message) is None
        telegram.permit(call, POST if is_own else DELETE)
    else:
        is_own = call.target.is_private or wrote(call.bot_id, message)
        telegram.permit(call, SEND if is_own else DELETE)
    if telegram.now() - message["date"] > DELETE_WITHIN.total_seconds():
        raise bad_request(DELETING)


def _delete(telegram: Telegram, message: Message) -> None:
    chat = telegram.chats.by_id[message["chat"]["id"]]
    telegram.archive.remove(chat.id, message["message_id"])
    chat.pinned = tuple(pinned for pinned in chat.pinned if pinned != message["message_id"])
    telegram.changes.touch(chat.id)
