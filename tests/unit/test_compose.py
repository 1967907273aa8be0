import json
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.compose import KNOWN, compose
from core.errors import InvalidContent, InvalidInput
from core.message import Content
from core.preflight import check

FILE = "AgACAgIAAxkBAAIB"
PHOTO = {"type": "photo", "media": FILE}
BOLD = [{"type": "bold", "offset": 0, "length": 1}]
KEYBOARD = {"inline_keyboard": [[{"text": "x", "url": "https://a.b"}]]}


class Mode(StrEnum):
    HTML = "HTML"


def refusal(message: Any = "x", **options: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        compose(message, options)
    return refused.value


def test_a_text_alone_is_a_plain_message() -> None:
    assert compose("x", {}) == Content("sendMessage", {"text": "x"})


def test_only_what_was_given_is_sent() -> None:
    options = {"parse_mode": None, "disable_notification": False, "protect_content": True}
    params = {"text": "x", "disable_notification": False, "protect_content": True}
    assert compose("x", options).params == params


@pytest.mark.parametrize("message", [None, "", " \n"])
def test_a_plain_message_needs_a_text(message: str | None) -> None:
    assert refusal(message).field == "message"


@pytest.mark.parametrize("kind", ["photo", "video", "document", "animation", "audio", "voice"])
def test_a_file_takes_the_message_as_its_caption(kind: str) -> None:
    content = compose("x", {kind: FILE, "parse_mode": "HTML"})
    assert content.method == f"send{kind.capitalize()}"
    assert content.params == {"caption": "x", kind: FILE, "parse_mode": "HTML"}
    assert compose(None, {kind: FILE}).params == {kind: FILE}


def test_entities_point_into_the_text_or_the_caption() -> None:
    assert compose("x", {"entities": BOLD}).params["entities"] == BOLD
    assert compose("x", {"entities": BOLD, "photo": FILE}).params["caption_entities"] == BOLD


def test_the_message_is_the_caption_of_an_albums_first_item() -> None:
    content = compose("x", {"media": [PHOTO, PHOTO], "parse_mode": "html"})
    assert content.method == "sendMediaGroup"
    assert content.params == {"media": [{**PHOTO, "caption": "x", "parse_mode": "HTML"}, PHOTO]}
    assert content.cost == 2


def test_an_albums_parse_mode_serves_every_caption_without_its_own() -> None:
    items = [PHOTO, {**PHOTO, "caption": "y"}, {**PHOTO, "caption": "z", "parse_mode": "Markdown"}]
    modes = [
        i.get("parse_mode")
        for i in compose(None, {"media": items, "parse_mode": "HTML"}).params["media"]
    ]
    assert modes == [None, "HTML", "Markdown"]


def test_an_albums_entities_format_the_message() -> None:
    content = compose("x", {"media": [PHOTO, PHOTO], "entities": BOLD})
    assert content.params["media"][0]["caption_entities"] == BOLD
    assert refusal(None, media=[PHOTO, PHOTO], entities=BOLD).field == "entities"


def test_a_message_that_is_an_albums_caption_is_refused_by_its_own_name() -> None:
    assert refusal("x" * 1025, media=[PHOTO, PHOTO]).field == "message"
    assert refusal("<b", media=[PHOTO, PHOTO], parse_mode="HTML").field == "message"
    assert refusal("x", media=[{**PHOTO, "caption": "y"}, PHOTO]).field == "message"


def test_a_message_is_copied_with_its_caption_or_with_another() -> None:
    copied = {"copy_from_chat_id": "@Channel", "copy_message_id": 5}
    params = {"from_chat_id": "@channel", "message_id": 5}
    assert compose(None, copied) == Content("copyMessage", params)
    assert compose("x", copied).params == {"caption": "x", **params}


def test_several_messages_are_copied_without_a_message_of_ones_own() -> None:
    copied = {"copy_from_chat_id": "-100123", "copy_message_ids": [1, 2]}
    content = compose(None, copied)
    assert content == Content("copyMessages", {"from_chat_id": -100123, "message_ids": [1, 2]})
    assert content.cost == 2
    assert refusal("x", **copied).field == "message"


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ({"copy_from_chat_id": 5}, "copy_message_id"),
        ({"copy_message_id": 5}, "copy_from_chat_id"),
        ({"copy_message_ids": [5]}, "copy_from_chat_id"),
    ],
)
def test_a_copy_needs_its_chat_and_its_message(options: dict[str, Any], missing: str) -> None:
    assert refusal(None, **options).field == missing


def test_legacy_spellings_become_todays() -> None:
    params = compose(
        "x",
        {
            "disable_web_page_preview": True,
            "reply_to_message_id": 5,
            "allow_sending_without_reply": True,
        },
    ).params
    assert params["link_preview_options"] == {"is_disabled": True}
    assert params["reply_parameters"] == {"message_id": 5, "allow_sending_without_reply": True}


def test_a_legacy_spelling_does_not_go_with_todays() -> None:
    refused = refusal(disable_web_page_preview=True, link_preview_options={})
    assert refused.field == "disable_web_page_preview"


def test_an_option_may_come_as_telegrams_json_text() -> None:
    assert compose("x", {"reply_markup": json.dumps(KEYBOARD)}) == compose(
        "x", {"reply_markup": KEYBOARD}
    )
    assert refusal(reply_markup="{").field == "reply_markup"
    assert refusal(reply_markup="[" * 100_000).field == "reply_markup"


def test_values_are_in_jsons_own_types() -> None:
    params = compose("x", {"parse_mode": Mode.HTML, "entities": None, "media": None}).params
    assert type(params["parse_mode"]) is str
    rows = ([{"text": "x", "url": "https://a.b", "callback_data": None}],)
    params = compose("x", {"reply_markup": {"inline_keyboard": rows}}).params
    assert params["reply_markup"] == KEYBOARD


@pytest.mark.parametrize("mode", ["html", "HTML", "Html"])
def test_a_parse_mode_has_one_spelling(mode: str) -> None:
    assert compose("x", {"parse_mode": mode}).params["parse_mode"] == "HTML"
    assert "parse_mode" not in compose("x", {"parse_mode": ""}).params


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("reply_markpu", "did you mean reply_markup?"),
        ("caption", "give it as message"),
        ("zzzzzzzz", ""),
    ],
)
def test_an_unknown_option_is_refused_with_the_nearest_name(name: str, remedy: str) -> None:
    refused = refusal(**{name: 1})
    assert refused.field == name
    assert refused.problem == "is not an option of send_message_task"
    assert refused.remedy == remedy


def test_two_kinds_of_media_do_not_go_together() -> None:
    refused = refusal(photo=FILE, video=FILE)
    assert (refused.field, refused.problem) == ("video", "cannot be combined with photo")
    assert refusal(photo=FILE, copy_message_id=5).field == "copy_message_id"


@pytest.mark.parametrize(
    ("options", "field", "problem"),
    [
        ({"photo": FILE, "link_preview_options": {}}, "link_preview_options", "photo"),
        ({"photo": FILE, "disable_web_page_preview": True}, "disable_web_page_preview", "photo"),
        ({"photo": FILE, "duration": 5}, "duration", "photo"),
        ({"media": [PHOTO, PHOTO], "reply_markup": KEYBOARD}, "reply_markup", "media"),
        ({"has_spoiler": True}, "has_spoiler", "a text message"),
    ],
)
def test_an_option_of_another_kind_of_message_is_refused(
    options: dict[str, Any], field: str, problem: str
) -> None:
    refused = refusal(**options)
    assert (refused.field, refused.problem) == (field, f"does not go with {problem}")
    assert refused.remedy.startswith("it goes with")


def test_content_that_telegram_would_refuse_is_refused_by_its_options_name() -> None:
    refused = refusal("x" * 1025, photo=FILE)
    assert isinstance(refused, InvalidContent)
    assert refused.field == "message"
    assert refusal(5).field == "message"
    assert refusal(None, copy_from_chat_id="x", copy_message_id=5).field == "copy_from_chat_id"


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(
        [FILE, "https://a.b/c", "HTML", "MarkdownV2", "@channel", "photo", "<b>", "*"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "media", "text", "url", "inline_keyboard", "offset", "caption"]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(
    st.none() | st.text() | values,
    st.dictionaries(st.sampled_from(sorted(KNOWN)) | st.text(), values, max_size=3),
)
def test_compose_answers_with_content_that_passes_or_with_invalid_input(
    message: Any, options: dict[str, Any]
) -> None:
    try:
        content = compose(message, options)
    except InvalidInput as refused:
        str(refused)
        return
    check(content)
    assert json.loads(content.canonical()) == [content.method, content.params]


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(sorted(KNOWN), values)))
def test_compose_never_raises_anything_else_with_many_options(options: dict[str, Any]) -> None:
    try:
        compose("x", options)
    except InvalidInput as refused:
        str(refused)
