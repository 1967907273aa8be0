"""The Bot API's methods: what each makes of its arguments, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.telegram_limits import ALBUM_ITEMS, COPIED_MESSAGES
from sandbox.archive import content_of, origin_of
from sandbox.arguments import Arguments, Upload
from sandbox.formatting import caption_of, text_of
from sandbox.keyboards import reply_markup_of
from sandbox.media import content_of as file_content
from sandbox.media import media_of
from sandbox.options import options_of
from sandbox.refusals import bad_request
from sandbox.telegram import Call, Telegram

Draft = dict[str, Any]
Compose = Callable[[Telegram, Call], list[Draft]]


@dataclass(frozen=True, slots=True)
class Method:
    """A method under Telegram's spelling of its name."""

    name: str
    answer: Callable[[Telegram, Call], Any]
    has_chat: bool = True


def send_message(telegram: Telegram, call: Call) -> list[Draft]:
    draft = text_of(call.arguments)
    if len(call.arguments.values) > len(("chat_id", "text")):
        draft |= options_of(telegram, call) | reply_markup_of(call.arguments)
    return [draft]


def _sending_file(kind: str) -> Compose:
    def compose(telegram: Telegram, call: Call) -> list[Draft]:
        arguments = call.arguments
        draft = media_of(kind, arguments) | caption_of(arguments)
        return [draft | options_of(telegram, call) | reply_markup_of(arguments)]

    return compose


def send_media_group(telegram: Telegram, call: Call) -> list[Draft]:
    media = call.arguments.nested("media", "media")
    if not isinstance(media, list):
        raise bad_request("expected an Array of InputMedia")
    if not media:
        raise bad_request("there are no messages to send")
    if len(media) not in ALBUM_ITEMS:
        told = "few" if len(media) < ALBUM_ITEMS.start else "many"
        raise bad_request(f"too {told} messages to send as an album")
    items = [_album_item(item, call.arguments) for item in media]
    _check_mixture([item["type"] for item in media])
    group = {"media_group_id": str(call.target.last_message_id + 1)}
    options = options_of(telegram, call)
    return [item | options | group for item in items]


def _album_item(item: Any, arguments: Arguments) -> Draft:
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    if item.get("type") not in ("photo", "video", "document", "audio"):
        raise bad_request("can't parse InputMedia: invalid media type specified")
    if not isinstance(item.get("media"), str):
        raise bad_request("can't parse InputMedia: media not found")
    uploads = {n: v for n, v in arguments.values.items() if isinstance(v, Upload)}
    own = Arguments({**uploads, **item})
    return file_content(item["type"], own.text("media"), own) | caption_of(own)


def _check_mixture(kinds: list[str]) -> None:
    for kind in ("document", "audio"):
        if kind in kinds and len(set(kinds)) > 1:
            raise bad_request(f"{kind} can't be mixed with other media types")


def copy_message(telegram: Telegram, call: Call) -> list[Draft]:
    draft = content_of(_source(telegram, call, "copy"))
    if call.arguments.values.get("caption") is not None and "text" not in draft:
        draft = _without_caption(draft) | caption_of(call.arguments)
    return [draft | options_of(telegram, call) | reply_markup_of(call.arguments)]


def copy_messages(telegram: Telegram, call: Call) -> list[Draft]:
    """What cannot be found is passed over, as Telegram does."""
    ids = _message_ids(call.arguments)
    chat_id = telegram.chats.resolve(call.arguments.values.get("from_chat_id"))
    found = [telegram.archive.find(chat_id, message_id) for message_id in ids]
    drafts = [content_of(message) for message in found if message is not None]
    if not drafts:
        raise bad_request("there are no messages to copy")
    if call.arguments.flag("remove_caption"):
        drafts = [_without_caption(draft) for draft in drafts]
    options = options_of(telegram, call)
    return [draft | options for draft in drafts]


def _message_ids(arguments: Arguments) -> list[int]:
    ids = arguments.nested("message_ids", "message identifiers")
    if not isinstance(ids, list) or not all(isinstance(i, int) for i in ids) or not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) not in COPIED_MESSAGES:
        raise bad_request("too many message identifiers specified")
    if any(later <= earlier for earlier, later in pairwise(ids)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    return ids


def forward_message(telegram: Telegram, call: Call) -> list[Draft]:
    source = _source(telegram, call, "forward")
    content = {**content_of(source), "forward_origin": origin_of(source)}
    return [content | options_of(telegram, call)]


def _source(telegram: Telegram, call: Call, verb: str) -> dict[str, Any]:
    chat_id = telegram.chats.resolve(call.arguments.values.get("from_chat_id"))
    message = telegram.archive.find(chat_id, call.arguments.number("message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    return message


def _without_caption(draft: Draft) -> Draft:
    return {name: part for name, part in draft.items() if not name.startswith("caption")}


def _sends(name: str, compose: Compose, shape: Callable[[list[Draft]], Any]) -> Method:
    def answer(telegram: Telegram, call: Call) -> Any:
        return shape(telegram.accept(call, compose(telegram, call)))

    return Method(name, answer)


def _one(messages: list[Draft]) -> Draft:
    return messages[0]


def _id(messages: list[Draft]) -> Draft:
    return {"message_id": messages[0]["message_id"]}


def _ids(messages: list[Draft]) -> list[Draft]:
    return [{"message_id": message["message_id"]} for message in messages]


def _get_me(telegram: Telegram, call: Call) -> dict[str, Any]:
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return {**telegram.bot(call.bot_id), **abilities}


METHODS: Mapping[str, Method] = {
    method.name.lower(): method
    for method in (
        Method("getMe", _get_me, has_chat=False),
        Method("getChat", lambda telegram, call: call.target.full_info()),
        Method("getChatMemberCount", lambda telegram, call: call.target.members),
        _sends("sendMessage", send_message, _one),
        *(
            _sends(f"send{kind.title()}", _sending_file(kind), _one)
            for kind in ("photo", "video", "document", "animation", "audio", "voice")
        ),
        _sends("sendMediaGroup", send_media_group, list),
        _sends("copyMessage", copy_message, _id),
        _sends("copyMessages", copy_messages, _ids),
        _sends("forwardMessage", forward_message, _one),
    )
}
