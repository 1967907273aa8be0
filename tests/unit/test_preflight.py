from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidContent, InvalidInput
from core.message import Content
from core.preflight import check, check_time, parse_chat_id

NOW = datetime(2030, 1, 31, 9, tzinfo=UTC)
FILE = "AgACAgIAAxkBAAIB"
GRIN = "\U0001f600"


def refusal(method: str, **params: Any) -> InvalidContent:
    with pytest.raises(InvalidContent) as refused:
        check(Content(method, params))
    return refused.value


def text(message: str, **params: Any) -> Content:
    return Content("sendMessage", {"text": message, **params})


def button(**fields: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", **fields}]]}


def photos(*captions: str) -> list[dict[str, Any]]:
    return [{"type": "photo", "media": FILE, "caption": caption} for caption in captions]


def test_a_text_of_4096_characters_passes_and_one_more_is_refused() -> None:
    check(text("x" * 4096))
    refused = refusal("sendMessage", text="x" * 4099)
    assert (refused.field, refused.problem) == ("message", "is 3 characters too long")


def test_a_caption_of_1025_characters_is_refused() -> None:
    check(Content("sendPhoto", {"photo": FILE, "caption": "x" * 1024}))
    refused = refusal("sendPhoto", photo=FILE, caption="x" * 1025)
    assert (refused.field, refused.problem) == ("message", "is 1 character too long")


def test_a_character_beyond_the_basic_plane_counts_once() -> None:
    check(text(GRIN * 4096))
    assert refusal("sendMessage", text=GRIN * 4097).problem == "is 1 character too long"


def test_formatting_does_not_count_towards_the_length() -> None:
    check(text(f"<b>{'x' * 4096}</b>", parse_mode="HTML"))
    check(text("\\." * 4096, parse_mode="MarkdownV2"))


def test_what_telegram_trims_does_not_count_towards_the_length() -> None:
    check(text("\r\n" + "x" * 4096 + " \n"))


@pytest.mark.parametrize("message", ["", " \n\t", "\u200b", "\u2800"])
def test_a_text_that_nobody_can_see_is_refused(message: str) -> None:
    assert refusal("sendMessage", text=message).field == "message"


def test_a_text_that_is_empty_once_it_is_parsed_is_refused() -> None:
    assert refusal("sendMessage", text="<b> </b>", parse_mode="HTML").field == "message"


@pytest.mark.parametrize(
    ("mode", "message", "problem"),
    [
        ("HTML", "x\n y<b>", 'Can\'t find end tag corresponding to start tag "b" (line 2, '),
        ("MarkdownV2", "x\n y.", "(line 2, character 3)"),
        ("Markdown", "x\n y*", "at byte offset 4 (line 2, character 3)"),
    ],
)
def test_broken_formatting_is_refused_with_its_place(mode: str, message: str, problem: str) -> None:
    refused = refusal("sendMessage", text=message, parse_mode=mode)
    assert refused.field == "message"
    assert problem in refused.problem


def test_an_unknown_parse_mode_is_refused() -> None:
    refused = refusal("sendMessage", text="x", parse_mode="bbcode")
    assert refused.remedy == "use HTML, MarkdownV2 or Markdown"


@pytest.mark.parametrize(
    ("entity", "field"),
    [
        ({"type": "bold", "offset": 0, "length": 4}, "entities[0]"),
        ({"type": "bold", "offset": 0}, "entities[0]"),
        ({"type": "bold", "offset": -1, "length": 1}, "entities[0].offset"),
        ({"type": "bold", "offset": 0, "length": 0}, "entities[0].length"),
        ({"type": "bald", "offset": 0, "length": 1}, "entities[0].type"),
        ({"type": "text_link", "offset": 0, "length": 1}, "entities[0]"),
        ({"type": "text_link", "offset": 0, "length": 1, "url": "x"}, "entities[0].url"),
        ("bold", "entities[0]"),
    ],
)
def test_an_entity_that_telegram_would_drop_is_refused(entity: Any, field: str) -> None:
    assert refusal("sendMessage", text="x" + GRIN, entities=[entity]).field == field


def test_an_entity_is_measured_in_utf16_units() -> None:
    check(text(GRIN, entities=[{"type": "bold", "offset": 0, "length": 2}]))


def test_entities_and_parse_mode_exclude_each_other() -> None:
    entities = [{"type": "bold", "offset": 0, "length": 1}]
    refused = refusal("sendMessage", text="x", parse_mode="HTML", entities=entities)
    assert refused.field == "entities"


@pytest.mark.parametrize(
    "markup",
    [
        button(callback_data="x" * 64),
        button(url="https://t.me/x"),
        button(url="tg://user?id=7"),
        button(switch_inline_query=""),
        button(copy_text={"text": "x"}),
        button(web_app={"url": "https://a.b"}, style="danger"),
        {"inline_keyboard": []},
        {"keyboard": [["x", {"text": "y", "request_contact": True}]], "resize_keyboard": True},
        {"remove_keyboard": True},
        {"force_reply": True, "selective": True},
    ],
)
def test_a_keyboard_that_telegram_takes_passes(markup: dict[str, Any]) -> None:
    check(text("x", reply_markup=markup))


@pytest.mark.parametrize(
    ("markup", "place", "problem"),
    [
        (button(callback_data="x" * 65), "[0][0].callback_data", "has 65 bytes"),
        (button(callback_data="\u0436" * 33), "[0][0].callback_data", "has 66 bytes"),
        (button(callback_data=""), "[0][0].callback_data", "has 0 bytes"),
        (button(url="nowhere"), "[0][0].url", "is not a URL"),
        (button(url="https://a.b/ c"), "[0][0].url", "is not a URL"),
        (button(web_app={"url": "http://a.b"}), "[0][0].web_app.url", "is a http link"),
        (button(), "[0][0]", "does nothing"),
        (button(url="http://a.b", callback_data="x"), "[0][0]", "has 2 actions"),
        (button(callbackdata="x"), "[0][0].callbackdata", "is unknown"),
        (button(text=" ", url="http://a.b"), "[0][0].text", "is empty"),
        (button(text=1, url="http://a.b"), "[0][0].text", "must be a text"),
        (button(pay=True), "[0][0].pay", "is for invoices only"),
        ({"inline_keyboard": [{"text": "x"}]}, "[0]", "must be a list"),
        ({"inline_keyboard": [["x"]]}, "[0][0]", "must be a dict"),
        ({"inline_keyboard": None}, "", "must be a list"),
        ({"inline_keyboard": [[{"text": "x", "url": "a.b"}] * 101]}, "", "has 101 buttons"),
    ],
)
def test_a_bad_inline_keyboard_is_refused_with_its_place(
    markup: dict[str, Any], place: str, problem: str
) -> None:
    refused = refusal("sendMessage", text="x", reply_markup=markup)
    assert refused.field == f"reply_markup.inline_keyboard{place}"
    assert problem in refused.problem


@pytest.mark.parametrize(
    ("markup", "field"),
    [
        ("x", "reply_markup"),
        ({}, "reply_markup"),
        ({"inline_keybord": []}, "reply_markup"),
        ({"keyboard": []}, "reply_markup.keyboard"),
        ({"keyboard": [[{"text": "x", "request_location": True, "request_contact": True}]]}, ""),
        ({"remove_keyboard": False}, "reply_markup.remove_keyboard"),
        ({"remove_keyboard": True, "keyboard": [["x"]]}, "reply_markup.remove_keyboard"),
        ({"force_reply": True, "input_field_placeholder": ""}, ""),
    ],
)
def test_a_bad_keyboard_is_refused(markup: Any, field: str) -> None:
    assert refusal("sendMessage", text="x", reply_markup=markup).field.startswith(field)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("disable_notification", 1),
        ("protect_content", "true"),
        ("message_thread_id", True),
        ("message_thread_id", 0),
        ("message_effect_id", 5),
        ("allow_paid_broadcast", None),
        ("link_preview_options", []),
        ("link_preview_options", {"is_disabled": "no"}),
        ("link_preview_options", {"url": "x"}),
        ("reply_parameters", {"chat_id": 5}),
        ("reply_parameters", {"message_id": 2**31}),
        ("reply_parameters", {"message_id": 5, "chat_id": "x"}),
        ("reply_parameters", {"message_id": 5, "quote": "x" * 1025}),
        ("reply_parameters", {"message_id": 5, "quote": "<b", "quote_parse_mode": "HTML"}),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(name: str, value: Any) -> None:
    assert refusal("sendMessage", text="x", **{name: value}).field.startswith(name)


@pytest.mark.parametrize(
    "value", [{1: "x"}, {"x": float("nan")}, {"x": 2**63}, {"x": {1}}, {"x": "\ud800"}, {"\0": "x"}]
)
def test_what_json_cannot_carry_is_refused(value: Any) -> None:
    assert refusal("sendMessage", text="x", link_preview_options=value).field.startswith("link_")


def test_nesting_without_end_is_refused() -> None:
    endless: dict[str, Any] = {}
    endless["x"] = endless
    refused = refusal("sendMessage", text="x", reply_markup=endless)
    assert refused.problem == "is nested too deeply"


@pytest.mark.parametrize("message", ["x\0", "x\udc00"])
def test_a_character_that_no_database_keeps_is_refused(message: str) -> None:
    assert refusal("sendMessage", text=message).field == "message"


@pytest.mark.parametrize("media", [FILE, "https://a.b/c.jpg", "HTTP://a.b/c.jpg"])
def test_a_file_is_a_file_id_or_a_url(media: str) -> None:
    check(Content("sendPhoto", {"photo": media}))


@pytest.mark.parametrize("media", ["", "/tmp/x.jpg", "attach://x", "https://", 5, b"x"])
def test_a_file_that_telegram_cannot_fetch_is_refused(media: Any) -> None:
    assert refusal("sendPhoto", photo=media).field == "photo"


@pytest.mark.parametrize("count", [1, 11])
def test_an_album_has_2_to_10_items(count: int) -> None:
    check(Content("sendMediaGroup", {"media": photos("a", "b")}))
    assert refusal("sendMediaGroup", media=photos("a") * count).field == "media"


@pytest.mark.parametrize("kind", ["document", "audio"])
def test_documents_and_audios_share_an_album_with_their_own_kind_only(kind: str) -> None:
    item = {"type": kind, "media": FILE}
    check(Content("sendMediaGroup", {"media": [item, item]}))
    assert refusal("sendMediaGroup", media=[item, *photos("a")]).field == "media[1]"


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({}, "media[1]"),
        ("x", "media[1]"),
        ({"type": "animation", "media": FILE}, "media[1].type"),
        ({"type": "photo"}, "media[1]"),
        ({"type": "photo", "media": "x"}, "media[1].media"),
        ({"type": "photo", "media": FILE, "duration": 5}, "media[1].duration"),
        ({"type": "photo", "media": FILE, "caption": "x" * 1025}, "media[1].caption"),
        (
            {"type": "photo", "media": FILE, "caption": "<", "parse_mode": "HTML"},
            "media[1].caption",
        ),
    ],
)
def test_a_bad_item_of_an_album_is_refused_with_its_place(item: Any, field: str) -> None:
    assert refusal("sendMediaGroup", media=[*photos("a"), item]).field == field


def test_copied_messages_are_in_rising_order() -> None:
    check(Content("copyMessages", {"from_chat_id": 5, "message_ids": [1, 2]}))
    refused = refusal("copyMessages", from_chat_id=5, message_ids=[1, 1])
    assert refused.field == "copy_message_ids[1]"
    assert refusal("copyMessages", from_chat_id=5, message_ids=[]).field == "copy_message_ids"


def test_a_missing_argument_is_named_as_its_option() -> None:
    assert refusal("copyMessage", message_id=5).field == "copy_from_chat_id"
    assert refusal("sendPhoto").problem == "is missing"


def test_an_argument_of_another_method_is_refused() -> None:
    assert refusal("sendMessage", text="x", photo=FILE).problem == "is no argument of sendMessage"
    assert refusal("deleteMessage").field == "method"


@pytest.mark.parametrize(
    ("value", "chat_id"),
    [
        (5, "5"),
        ("123", "123"),
        (" -1001234567890 ", "-1001234567890"),
        ("007", "7"),
        ("@Durov_Chat", "@durov_chat"),
        (2**52 - 1, str(2**52 - 1)),
    ],
)
def test_a_chat_id_has_one_spelling(value: int | str, chat_id: str) -> None:
    assert parse_chat_id(value) == chat_id


@pytest.mark.parametrize(
    "value",
    [
        0,
        "-0",
        "",
        " ",
        True,
        1.5,
        None,
        2**52,
        -(2**52),
        pytest.param(10**5000, id="5001 digits"),
        pytest.param("9" * 5000, id="5000 nines"),
        "@",
        "@1abc",
        "@a b",
    ],
)
def test_what_names_no_chat_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_chat_id(value)
    assert refused.value.field == "chat_id"
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("value", "remedy"),
    [
        ("durov", "write @durov"),
        ("https://t.me/durov", "write @durov"),
        ("t.me/durov/15?x=y", "write @durov"),
        ("https://t.me/c/1234567/8", "write -1001234567"),
        ("https://t.me/+AbCdEf", "an invite link names no chat; write its number"),
    ],
)
def test_a_link_is_refused_with_the_chat_id_that_it_means(value: str, remedy: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_chat_id(value)
    assert refused.value.remedy == remedy


@given(st.integers() | st.text() | st.floats() | st.none() | st.booleans() | st.binary())
def test_a_chat_id_is_normalised_once_and_for_all_or_refused(value: Any) -> None:
    try:
        chat_id = parse_chat_id(value)
    except InvalidInput:
        return
    assert parse_chat_id(chat_id) == chat_id


def test_a_time_comes_back_in_utc() -> None:
    given_time = datetime(2030, 1, 31, 13, tzinfo=timezone(timedelta(hours=2)))
    assert check_time(given_time, NOW, "scheduled_at") == datetime(2030, 1, 31, 11, tzinfo=UTC)
    assert check_time(given_time, NOW, "scheduled_at").tzinfo is UTC


def test_a_time_of_less_than_a_minute_ago_means_now() -> None:
    just_now = NOW - timedelta(seconds=59)
    assert check_time(just_now, NOW, "scheduled_at") == just_now


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (NOW.replace(tzinfo=None), "has no time zone"),
        (NOW - timedelta(seconds=61), "is in the past"),
        (NOW + timedelta(days=1831), "is more than five years ahead"),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), "is in the past"),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))), "is more than five years"),
        ("2030-01-31", "must be a datetime"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused(value: Any, problem: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_time(value, NOW, "scheduled_at")
    assert refused.value.field == "scheduled_at"
    assert refused.value.problem.startswith(problem)


def test_how_late_is_still_now_is_the_callers_choice() -> None:
    an_hour_ago = NOW - timedelta(hours=1)
    assert check_time(an_hour_ago, NOW, "x", tolerance=timedelta(hours=2)) == an_hour_ago
