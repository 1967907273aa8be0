"""What a bot may do in a chat whose members were declared. In every other it may do all."""

from sandbox.chats import CHANNEL, Chat
from sandbox.refusals import Refusal, bad_request
from sandbox.roster import CREATOR, KICKED, LEFT, RESTRICTED, Member
from sandbox.verdicts import DELETING, PINNING, lack_of_rights

POST, SEND = "can_post_messages", "can_send_messages"
EDIT, PIN, DELETE = "can_edit_messages", "can_pin_messages", "can_delete_messages"


def require(chat: Chat, bot_id: int, right: str, method: str) -> None:
    """Raise what Telegram says to a bot that may not do this."""
    if chat.roster is not None:
        member = chat.roster.of(bot_id)
        refusal = _shut_out(member, chat.type) or _lacking(member, chat, right, method)
        if refusal is not None:
            raise refusal


def sending(chat: Chat) -> str:
    """The right that a message takes here."""
    return POST if chat.type == CHANNEL else SEND


def pinning(chat: Chat) -> str:
    return EDIT if chat.type == CHANNEL else PIN


def _shut_out(member: Member | None, chat_type: str) -> Refusal | None:
    status = member["status"] if member else None
    if status == KICKED and chat_type == "private":
        return Refusal(403, "Forbidden: bot was blocked by the user")
    if status == KICKED:
        return Refusal(403, f"Forbidden: bot was kicked from the {chat_type} chat")
    if status == LEFT or (member is None and chat_type == CHANNEL):
        return Refusal(403, f"Forbidden: bot is not a member of the {chat_type} chat")
    return None


def _lacking(member: Member | None, chat: Chat, right: str, method: str) -> Refusal | None:
    """In a channel everything takes an administrator; in a group only what concerns others'
    messages, and what a restriction forbids."""
    if member is None or chat.is_private or member["status"] == CREATOR or member.get(right):
        return None
    if chat.type == CHANNEL:
        return bad_request("need administrator rights in the channel chat")
    if right == SEND:
        restricted = member["status"] == RESTRICTED
        return bad_request(lack_of_rights(method)) if restricted else None
    return bad_request({PIN: PINNING, DELETE: DELETING}[right])
