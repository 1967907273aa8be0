"""A post that was sent gets another text, or another caption; what else is in it stays."""

from collections.abc import Sequence
from typing import Any

from aiogram.methods import EditMessageCaption, EditMessageText, TelegramMethod

from apps.bot.contents import TEXT, Part
from core.chat_id import bot_api_id
from core.errors import InvalidInput
from core.message import Content

CAPTIONED = ("sendPhoto", "sendVideo", "sendAnimation", "sendDocument", "sendAudio", "sendVoice")
EDITABLE = ("sendMessage", "sendMediaGroup", *CAPTIONED)
"""Of what was copied or forwarded we do not know what is in it."""

TEXT_FIELDS = ("text", "entities", "parse_mode", "link_preview_options")
CAPTION_FIELDS = ("caption", "caption_entities", "parse_mode", "show_caption_above_media")


def with_text(content: Content, parts: Sequence[Part]) -> Content:
    """The content with the text of the one part; raises InvalidInput where that is no text."""
    if len(parts) != 1 or parts[0].kind != TEXT or content.method not in EDITABLE:
        raise InvalidInput("message", "is not a text")
    [part] = parts
    if content.method == "sendMessage":
        kept = _without(content.params, *TEXT_FIELDS)
        return Content("sendMessage", {**kept, **_text(part, "text", "entities"), **part.looks})
    if content.method == "sendMediaGroup":
        first, *others = content.params["media"]
        media = [_captioned(first, part), *others]
        return Content(content.method, {**content.params, "media": media})
    return Content(content.method, _captioned(content.params, part))


def edit_of(content: Content, chat_id: str, message_id: int) -> TelegramMethod[Any]:
    """The call that makes the post look like this; of an album it changes the first item."""
    params = content.params
    place = {"chat_id": bot_api_id(chat_id), "message_id": message_id}
    place |= _only(params, "reply_markup")
    if content.method == "sendMessage":
        return EditMessageText.model_validate(place | _only(params, *TEXT_FIELDS))
    first = next(iter(params.get("media", ())), params)
    return EditMessageCaption.model_validate(place | _only(first, *CAPTION_FIELDS))


def _captioned(params: Any, part: Part) -> dict[str, Any]:
    kept = _without(params, "caption", "caption_entities", "parse_mode")
    return {**kept, **_text(part, "caption", "caption_entities")}


def _text(part: Part, text: str, entities: str) -> dict[str, Any]:
    return {text: part.text, **({entities: part.entities} if part.entities else {})}


def _without(params: Any, *names: str) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in names}


def _only(params: Any, *names: str) -> dict[str, Any]:
    return {name: params[name] for name in names if name in params}
