"""The methods that send messages: what each makes of its arguments, and what it answers."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from core.telegram_limits import COPIED_MESSAGES
from sandbox.albums import send_media_group
from sandbox.archive import content_of, origin_of
from sandbox.arguments import Arguments
from sandbox.formatting import caption_of, text_of
from sandbox.keyboards import reply_markup_of
from sandbox.media import media_of
from sandbox.options import options_of
from sandbox.refusals import bad_request
from sandbox.small_sends import SMALL_SENDS
from sandbox.telegram import Call, Telegram

Draft = dict[str, Any]
Compose = Callable[[Telegram, Call], list[Draft]]
Shape = Callable[[list[Draft]], Any]


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


def _sending_values(name: str) -> Compose:
    def compose(telegram: Telegram, call: Call) -> list[Draft]:
        draft = SMALL_SENDS[name](call.arguments, telegram.chance)
        return [draft | options_of(telegram, call) | reply_markup_of(call.arguments)]

    return compose


def copy_message(telegram: Telegram, call: Call) -> list[Draft]:
    draft = content_of(_source(telegram, call, "copy"))
    if not draft:
        raise bad_request("message can't be copied")
    if call.arguments.values.get("caption") is not None and "text" not in draft:
        draft = _without_caption(draft) | caption_of(call.arguments)
    return [draft | options_of(telegram, call) | reply_markup_of(call.arguments)]


def copy_messages(telegram: Telegram, call: Call) -> list[Draft]:
    drafts = [content_of(message) for message in _sources(telegram, call, "copy")]
    if call.arguments.flag("remove_caption"):
        drafts = [_without_caption(draft) for draft in drafts]
    options = options_of(telegram, call)
    return [draft | options for draft in drafts]


def forward_messages(telegram: Telegram, call: Call) -> list[Draft]:
    options = options_of(telegram, call)
    sources = _sources(telegram, call, "forward")
    return [{**content_of(m), "forward_origin": origin_of(m), **options} for m in sources]


def _sources(telegram: Telegram, call: Call, verb: str) -> list[dict[str, Any]]:
    """What cannot be found, or is no message of anybody's, is passed over as Telegram does."""
    ids = _message_ids(call.arguments)
    chat_id = telegram.chats.resolve(call.arguments.values.get("from_chat_id"))
    found = [telegram.archive.find(chat_id, message_id) for message_id in ids]
    sources = [message for message in found if message is not None and content_of(message)]
    if not sources:
        raise bad_request(f"there are no messages to {verb}")
    return sources


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
    if not content_of(source):
        raise bad_request("message can't be forwarded")
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


def _one(messages: list[Draft]) -> Draft:
    return messages[0]


def _id(messages: list[Draft]) -> Draft:
    return {"message_id": messages[0]["message_id"]}


def _ids(messages: list[Draft]) -> list[Draft]:
    return [{"message_id": message["message_id"]} for message in messages]


FILES = {
    "sendPhoto": "photo",
    "sendVideo": "video",
    "sendDocument": "document",
    "sendAnimation": "animation",
    "sendAudio": "audio",
    "sendVoice": "voice",
    "sendVideoNote": "video_note",
    "sendSticker": "sticker",
}
"""Methods that send a file, and the argument that it stands in."""

COMPOSED: Mapping[str, tuple[Compose, Shape]] = {
    "sendMessage": (send_message, _one),
    **{name: (_sending_file(kind), _one) for name, kind in FILES.items()},
    **{name: (_sending_values(name), _one) for name in SMALL_SENDS},
    "sendMediaGroup": (send_media_group, list),
    "copyMessage": (copy_message, _id),
    "copyMessages": (copy_messages, _ids),
    "forwardMessage": (forward_message, _one),
    "forwardMessages": (forward_messages, _ids),
}


def _accepting(compose: Compose, shape: Shape) -> Callable[[Telegram, Call], Any]:
    def answer(telegram: Telegram, call: Call) -> Any:
        return shape(telegram.accept(call, compose(telegram, call)))

    return answer


SENDS = {name: _accepting(compose, shape) for name, (compose, shape) in COMPOSED.items()}
