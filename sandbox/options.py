"""What most sends may say beside their content, as far as the message shows it."""

from typing import Any

from sandbox.arguments import Arguments
from sandbox.refusals import bad_request
from sandbox.telegram import Call, Telegram

PREVIEW = {
    "is_disabled": bool,
    "url": str,
    "prefer_small_media": bool,
    "prefer_large_media": bool,
    "show_above_text": bool,
}
FLAGS = {
    "protect_content": "has_protected_content",
    "show_caption_above_media": "show_caption_above_media",
    "has_spoiler": "has_media_spoiler",
}
TEXTS = {
    "message_effect_id": "effect_id",
    "business_connection_id": "business_connection_id",
}


def options_of(telegram: Telegram, call: Call) -> dict[str, Any]:
    arguments = call.arguments
    options: dict[str, Any] = {
        shown: True for asked, shown in FLAGS.items() if arguments.flag(asked)
    }
    for asked, shown in TEXTS.items():
        if arguments.text(asked):
            options[shown] = arguments.text(asked)
    return {**options, **_thread(arguments), **preview_of(arguments), **_reply(telegram, call)}


def _thread(arguments: Arguments) -> dict[str, Any]:
    thread = arguments.number("message_thread_id")
    return {"message_thread_id": thread, "is_topic_message": True} if thread > 0 else {}


def preview_of(arguments: Arguments) -> dict[str, Any]:
    """`link_preview_options`, or nothing."""
    if arguments.flag("disable_web_page_preview"):
        return {"link_preview_options": {"is_disabled": True}}
    asked = arguments.nested("link_preview_options", "link preview options")
    if asked is None:
        return {}
    if not isinstance(asked, dict):
        raise bad_request("object expected as link preview options")
    told = {
        name: asked[name] for name, kind in PREVIEW.items() if isinstance(asked.get(name), kind)
    }
    return {"link_preview_options": told} if told else {}


def _reply(telegram: Telegram, call: Call) -> dict[str, Any]:
    """The message that is replied to, without the one that it replied to itself."""
    message_id, chat_id, may_lack = _replied(telegram, call)
    if not message_id:
        return {}
    message = telegram.archive.find(chat_id, message_id)
    if message is None:
        if may_lack:
            return {}
        raise bad_request("message to be replied not found")
    if chat_id != call.chat_id:
        return {
            "external_reply": {
                "origin": {
                    "type": "hidden_user",
                    "date": message["date"],
                    "sender_user_name": "elsewhere",
                }
            }
        }
    return {"reply_to_message": {n: v for n, v in message.items() if n != "reply_to_message"}}


def _replied(telegram: Telegram, call: Call) -> tuple[int, int, bool]:
    """Its id (0 for none), its chat, and whether the send goes on without it."""
    arguments, here = call.arguments, call.target.id
    asked = arguments.nested("reply_parameters", "reply parameters")
    if asked is None:
        lacking = arguments.flag("allow_sending_without_reply")
        return arguments.number("reply_to_message_id"), here, lacking
    if not isinstance(asked, dict):
        raise bad_request("object expected as reply parameters")
    parameters = Arguments(asked)
    elsewhere = asked.get("chat_id")
    chat_id = here if elsewhere is None else telegram.chats.resolve(elsewhere)
    lacking = parameters.flag("allow_sending_without_reply")
    return parameters.number("message_id"), chat_id, lacking
