"""Formatted text written as HTML is read back as it was."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.entities import Entity, Parsed, parse_html
from core.entity_writing import as_html

TEXT = "a <b>&amp; \U0001f600 'c' \"d\" > \n e"
PLAIN = ("bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "pre", "code")


@settings(max_examples=100)
@given(st.sampled_from(PLAIN), st.integers(0, 15), st.integers(1, 10))
def test_one_entity_is_read_back(kind: str, offset: int, length: int) -> None:
    if offset <= 11 < offset + length or offset == 12:  # inside of the emoji's two units
        return
    parsed = Parsed(TEXT, (Entity(kind, offset, length),))
    assert parse_html(as_html(parsed)) == parsed


def test_each_kind_with_more_to_it_is_read_back() -> None:
    entities = (
        Entity("text_link", 0, 2, url="https://e.org/?a=1&b=2%22"),
        Entity("text_mention", 2, 2, user_id=7),
        Entity("custom_emoji", 4, 2, custom_emoji_id="5"),
        Entity("pre", 6, 2, language="c++"),
        Entity("expandable_blockquote", 8, 2),
    )
    parsed = Parsed("abcdefghij", entities)
    assert parse_html(as_html(parsed)) == parsed


def test_what_telegram_finds_by_itself_is_left_as_it_is() -> None:
    assert as_html(Parsed("#tag", (Entity("hashtag", 0, 4),))) == "#tag"
