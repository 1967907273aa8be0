"""Text with each recipient's own values in it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.entities import parse
from core.entity import utf16_length
from core.errors import InvalidContent
from core.message import Content
from core.personal import escape_of, fields_of, filled, filled_with_entities
from core.personal_content import (
    MOST_COLUMNS,
    Misspelt,
    UnfitForSome,
    UnknownField,
    check_personal,
    check_spelling,
    check_template,
    columns_of,
    is_personal,
    personal,
    personal_fields,
    values_of,
)

ROCKET = "\U0001f680"
ANA = {"first_name": "Ana", "city": "Fés", "empty": " "}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hello {first_name}!", "Hello Ana!"),
        ("Hello {last_name|friend}!", "Hello friend!"),
        ("Hello {last_name}!", "Hello !"),
        ("{empty|nothing} here", "nothing here"),
        ("{{first_name}} is you: {first_name}", "{first_name} is you: Ana"),
        ("{{first_name|a}}", "{first_name|a}"),
        ('{"json": 1} {} { first_name } {First} {1}', '{"json": 1} {} { first_name } {First} {1}'),
        ("{first_name}{city}", "AnaFés"),
        ("{first_name|}", "Ana"),
        ("{{{first_name}}}", "{{first_name}}"),
    ],
)
def test_placeholders_become_values(text: str, shown: str) -> None:
    assert filled(text, ANA) == shown


def test_the_fields_that_a_text_names_are_known() -> None:
    assert fields_of("{a} {b|c} {{d}} {E}") == {"a", "b"}


HOSTILE = "<b>_*[x](y)~`>#+-=|{}.!\\ & \"q\" 'p'"


@pytest.mark.parametrize("parse_mode", ["HTML", "MarkdownV2", "html", "MARKDOWNV2", None, ""])
@given(value=st.text(st.characters(exclude_characters="\0"), max_size=40).filter(str.strip))
def test_no_value_is_taken_for_formatting(parse_mode: str | None, value: str) -> None:
    for each in (value, HOSTILE):
        parsed = parse("a" + filled("{x}", {"x": each}, escape_of(parse_mode)) + "z", parse_mode)
        assert (parsed.text, parsed.entities) == (f"a{each}z", ())


@pytest.mark.parametrize(
    ("entity", "part"),
    [
        ((0, 2), ROCKET),  # before
        ((3, 12), "Ana"),  # the placeholder alone
        ((0, 15), f"{ROCKET} Ana"),
        ((5, 2), "Ana"),  # a part of it becomes the whole
        ((10, 7), "Ana, "),
        ((16, 1), " "),
        ((17, 2), ROCKET),  # behind it
    ],
)
def test_entities_stay_with_their_text(entity: tuple[int, int], part: str) -> None:
    text = f"{ROCKET} {{first_name}}, {ROCKET}"
    offset, length = entity
    given_ = [{"type": "bold", "offset": offset, "length": length, "url": "kept"}]
    shown, [moved] = filled_with_entities(text, given_, ANA)
    units = shown.encode("utf-16-le")
    bold = units[2 * moved["offset"] : 2 * (moved["offset"] + moved["length"])].decode("utf-16-le")
    assert (moved["type"], moved["url"]) == ("bold", "kept")
    assert bold == part


def test_an_entity_of_an_empty_value_is_left_out() -> None:
    bold = {"type": "bold", "offset": 0, "length": 11}
    assert filled_with_entities("{last_name} hello", [bold], {}) == (" hello", [])


PARTS = st.lists(
    st.one_of(
        st.sampled_from(["{a}", "{b|x}", "{{a}}"]),
        st.text(max_size=5).filter(lambda t: "{" not in t and "}" not in t),
    ),
    max_size=8,
)


@given(
    parts=PARTS,
    a=st.text(max_size=6),
    first=st.integers(0, 8),
    last=st.integers(0, 8),
)
def test_whatever_lies_between_placeholders_an_entity_covers_the_same(
    parts: list[str], a: str, first: int, last: int
) -> None:
    values = {"a": a}
    first, last = sorted((min(first, len(parts)), min(last, len(parts))))
    offset, end = (utf16_length("".join(parts[:n])) for n in (first, last))
    entity = {"type": "bold", "offset": offset, "length": end - offset}
    text, moved = filled_with_entities("".join(parts), [entity], values)
    each = [filled(part, values) for part in parts]
    assert text == "".join(each)
    begin, length = utf16_length("".join(each[:first])), utf16_length("".join(each[first:last]))
    covers = [{"type": "bold", "offset": begin, "length": length}]
    assert moved == (covers if length else [])


def message(text: str, **params: Any) -> Content:
    return Content("sendMessage", {"text": text, **params})


def check_known(content: Content) -> None:
    """Where each field is known, and nobody has a value."""
    check_personal(content, personal_fields(content), {})


CHECKS = (check_known, lambda content: check_template(content, {}))


BUTTONS = {"inline_keyboard": [[{"text": "{first_name}", "url": "https://a.example/?c={city}"}]]}


def test_captions_albums_and_buttons_are_personal_too() -> None:
    album = Content(
        "sendMediaGroup",
        {
            "media": [
                {"type": "photo", "media": "x", "caption": "<b>{name}</b>", "parse_mode": "HTML"}
            ]
        },
    )
    assert personal_fields(album) == {"name"}
    [item] = personal(album, {"name": "A&B"}).params["media"]
    assert item["caption"] == "<b>A&amp;B</b>"
    told = personal(message("Hi", reply_markup=BUTTONS), {"first_name": "Ana", "city": "a b&c"})
    [[button]] = told.params["reply_markup"]["inline_keyboard"]
    assert button == {"text": "Ana", "url": "https://a.example/?c=a%20b%26c"}
    assert personal_fields(message("Hi", reply_markup=BUTTONS)) == {"first_name", "city"}
    assert BUTTONS["inline_keyboard"][0][0]["text"] == "{first_name}"


def test_an_ordinary_content_stays_as_it_is() -> None:
    content = message("Hi", entities=[{"type": "bold", "offset": 0, "length": 2}])
    assert personal_fields(content) == frozenset()
    assert not is_personal(content)
    assert personal(content, ANA) == content


def test_braces_to_be_shown_are_filled_where_no_field_is_named() -> None:
    content = message("Write {{name}}")
    assert (personal_fields(content), is_personal(content)) == (frozenset(), True)
    assert personal(content, {}) == message("Write {name}")


ALBUM = {"type": "photo", "media": "x", "caption": "{name}", "parse_mode": "markdown"}


@pytest.mark.parametrize(
    "content",
    [
        message("Hi *{name}*", parse_mode="Markdown"),
        Content("sendMediaGroup", {"media": [{"type": "photo", "media": "x"}, ALBUM]}),
    ],
)
def test_the_old_markdown_takes_no_placeholders(content: Content) -> None:
    for checked in CHECKS:
        with pytest.raises(InvalidContent, match=r"old Markdown.*use MarkdownV2 or HTML"):
            checked(content)


def test_without_placeholders_it_is_as_good_as_any() -> None:
    keyboard = {"inline_keyboard": [[{"text": "{name}", "url": "https://a.example"}]]}
    check_template(message("*Hi*", parse_mode="Markdown", reply_markup=keyboard), {})


def test_a_text_names_no_more_fields_than_a_database_can_fill() -> None:
    most = "".join(f"{{f{number}}}" for number in range(MOST_COLUMNS - 2))
    check_template(message(most + "{name}"), {})
    for checked in CHECKS:
        with pytest.raises(InvalidContent, match="message: names 51 fields, more than 50"):
            checked(message(most + "{name}{city}"))


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"parse_mode": 7}, "parse_mode"),
        ({"reply_markup": {"inline_keyboard": [["x"]]}}, "reply_markup"),
        ({"reply_markup": {"inline_keyboard": 7}}, "reply_markup"),
        ({"entities": [{"type": "bold"}]}, "entities"),
    ],
)
def test_what_has_not_the_shape_of_a_content_is_refused_by_name(
    params: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidContent) as caught:
        check_template(message("{name}", **params), {})
    assert caught.value.field.startswith(field)


def test_who_could_not_get_it_is_told_by_values() -> None:
    with pytest.raises(UnknownField) as unknown:
        check_personal(message("{town}"), frozenset({"city"}), {})
    assert (unknown.value.name, "city" in unknown.value.known) == ("town", True)
    with pytest.raises(UnfitForSome) as unfit:
        check_personal(message("{city}"), frozenset({"city"}), {"city": "x"})
    assert (unfit.value.which, unfit.value.shown) == ("empty", message(""))


@pytest.mark.parametrize(
    ("text", "longest", "told"),
    [
        ("{town}", {}, "'town'.*use one of .*city.*{{town}}"),
        ("{first_name}", {"first_name": "x"}, "with empty values"),
        ("a" * 4090 + "{city}", {"city": "x" * 7}, "with the longest values"),
        ("a" * 4090 + "{name}", {"first_name": "Ana", "last_name": "Bee"}, "the longest values"),
        ("a" * 4090 + "{language}", {"language_code": "zh-hant"}, "with the longest values"),
        ("a" * 4090 + "{chat_id}", {}, "with the longest values"),
    ],
)
def test_what_some_recipient_could_not_get_is_refused(
    text: str, longest: dict[str, str], told: str
) -> None:
    with pytest.raises(InvalidContent, match=told):
        check_personal(message(text), frozenset({"city"}), longest)


def test_what_everybody_can_get_is_not() -> None:
    check_personal(message("{first_name|you} {city}"), frozenset({"city"}), {"city": "x" * 4000})
    check_personal(message("{chat_id}"), frozenset(), {})


def test_what_is_known_of_a_recipient_becomes_their_fields() -> None:
    assert columns_of({"name", "language", "chat_id", "city"}) == (
        *("city", "language_code", "first_name", "last_name"),
    )
    known = {"first_name": "Ana", "last_name": "", "language_code": "pt", "city": None}
    own = {"first_name": "Ana", "last_name": "", "language_code": "pt"}
    assert values_of(known, "7") == own | {"name": "Ana", "language": "pt", "chat_id": "7"}


@pytest.mark.parametrize(
    "text", ["Hello {Name}", "{ first_name }", "Hello {first_name", "{Имя|друг}", "a {Name|b} c"]
)
def test_what_was_meant_as_a_placeholder_and_is_none_is_refused(text: str) -> None:
    with pytest.raises(Misspelt, match="is no placeholder"):
        check_spelling(Content("sendMessage", {"text": text}))


@pytest.mark.parametrize(
    "text", ["{name} {{Name}}", "f() { return 1; }", '{"a": 1}', "{}", "a { b", r"\{Name\}", "{1}"]
)
def test_other_braces_are_text(text: str) -> None:
    check_spelling(Content("sendMessage", {"text": text}))
