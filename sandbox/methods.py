"""The Bot API's methods by name: whom a call is about, and who answers it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox import about, deletions, edits, fetching, membership, pins
from sandbox.pressing import answer_callback_query
from sandbox.reacting import set_message_reaction
from sandbox.refusals import bad_request
from sandbox.rights import sending
from sandbox.sends import SENDS
from sandbox.telegram import Call, Telegram

Answer = Callable[[Telegram, Call], Any]

ACTIONS = frozenset(
    {
        *("typing", "upload_photo", "record_video", "upload_video", "record_voice"),
        *("upload_voice", "upload_document", "choose_sticker", "find_location"),
        *("record_video_note", "upload_video_note"),
    }
)
"""What a bot may say that it is doing (Bot API, sendChatAction)."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method under Telegram's spelling of its name."""

    name: str
    answer: Answer
    has_chat: bool = True


def _get_me(telegram: Telegram, call: Call) -> dict[str, Any]:
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return {**telegram.bot(call.bot_id), **abilities}


def _get_chat(telegram: Telegram, call: Call) -> dict[str, Any]:
    pinned = pins.newest_pin(telegram, call.target)
    return {**call.target.full_info(), **({"pinned_message": pinned} if pinned else {})}


def _send_chat_action(telegram: Telegram, call: Call) -> bool:
    telegram.permit(call, sending(call.target))
    if call.arguments.text("action").lower() not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


BOTS_OWN: Mapping[str, Answer] = {
    "getMe": _get_me,
    "getUpdates": fetching.get_updates,
    "setWebhook": fetching.set_webhook,
    "deleteWebhook": fetching.delete_webhook,
    "getWebhookInfo": fetching.get_webhook_info,
    "answerCallbackQuery": answer_callback_query,
    "getFile": about.get_file,
    "setMyCommands": about.set_my_commands,
    "getMyCommands": about.get_my_commands,
    "deleteMyCommands": about.delete_my_commands,
    "setMyName": about.set_text("name"),
    "getMyName": about.get_text("name"),
    "setMyDescription": about.set_text("description"),
    "getMyDescription": about.get_text("description"),
    "setMyShortDescription": about.set_text("short_description"),
    "getMyShortDescription": about.get_text("short_description"),
    "setChatMenuButton": about.set_chat_menu_button,
    "getChatMenuButton": about.get_chat_menu_button,
}
"""Methods that concern no chat."""

OF_CHATS: Mapping[str, Answer] = {
    "getChat": _get_chat,
    "getChatMember": membership.get_chat_member,
    "getChatMemberCount": membership.get_chat_member_count,
    "getChatAdministrators": membership.get_chat_administrators,
    "leaveChat": membership.leave_chat,
    "sendChatAction": _send_chat_action,
    "setMessageReaction": set_message_reaction,
    "editMessageText": edits.edit_message_text,
    "editMessageCaption": edits.edit_message_caption,
    "editMessageMedia": edits.edit_message_media,
    "editMessageReplyMarkup": edits.edit_message_reply_markup,
    "deleteMessage": deletions.delete_message,
    "deleteMessages": deletions.delete_messages,
    "pinChatMessage": pins.pin_chat_message,
    "unpinChatMessage": pins.unpin_chat_message,
    "unpinAllChatMessages": pins.unpin_all_chat_messages,
}
"""Methods of a chat that send nothing."""

METHODS: Mapping[str, Method] = {
    method.name.lower(): method
    for method in (
        *(Method(name, answer, has_chat=False) for name, answer in BOTS_OWN.items()),
        *(Method(name, answer) for name, answer in (*OF_CHATS.items(), *SENDS.items())),
    )
}
