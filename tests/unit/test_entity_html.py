"""Entities as HTML: every kind, nested and crossing, and text that would be markup."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from sandbox.entity_html import LINKS, TAGS, entity_html


def entity(kind: str, offset: int, length: int, **details: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **details}


@pytest.mark.parametrize(("kind", "tag"), TAGS.items())
def test_formatting_becomes_its_tag(kind: str, tag: str) -> None:
    assert entity_html("a b c", [entity(kind, 2, 1)]) == f"a <{tag}>b</{tag}> c"


@pytest.mark.parametrize(
    ("text", "kind", "link"),
    [
        ("@some_one", "mention", "https://t.me/some_one"),
        ("#tag", "hashtag", "?q=%23tag"),
        ("$USD", "cashtag", "?q=%24USD"),
        ("example.com/a?b=1&c=2", "url", "http://example.com/a?b=1&amp;c=2"),
        ("a@example.com", "email", "mailto:a@example.com"),
        ("+1234567", "phone_number", "tel:%2B1234567"),
    ],
)
def test_what_telegram_finds_becomes_a_link(text: str, kind: str, link: str) -> None:
    assert f'<a href="{link}" ' in entity_html(text, [entity(kind, 0, len(text))])


def test_offsets_count_utf16_units() -> None:
    assert entity_html("\U0001f600 bold", [entity("bold", 3, 4)]) == "\U0001f600 <b>bold</b>"


def test_entities_nest() -> None:
    nested = [entity("italic", 2, 3), entity("bold", 0, 9), entity("code", 6, 1)]
    assert entity_html("abcdefghi", nested) == "<b>ab<i>cde</i>f<code>g</code>hi</b>"


def test_crossing_entities_are_cut_so_that_the_html_is_right() -> None:
    crossing = [entity("bold", 0, 4), entity("italic", 2, 4)]
    assert entity_html("abcdef", crossing) == "<b>ab<i>cd</i></b><i>ef</i>"


def test_an_address_that_is_no_link_is_only_text() -> None:
    bad = entity("text_link", 0, 4, url='javascript:alert("1")')
    assert entity_html("here", [bad]) == "here"


HOSTILE = st.text(st.sampled_from("<>&\"'/ab\n\u202e\u05d0\U0001f600"), max_size=30)
KINDS = st.sampled_from([*TAGS, *LINKS, "custom_emoji", "expandable_blockquote", "unheard_of"])
ENTITY = st.builds(
    entity,
    KINDS,
    st.integers(0, 20),
    st.integers(0, 20),
    url=HOSTILE,
    custom_emoji_id=HOSTILE,
)


@given(HOSTILE, st.lists(ENTITY, max_size=6))
@settings(max_examples=60, deadline=None)
def test_whatever_the_text_it_is_read_back_as_itself(text: str, entities: Any) -> None:
    body = LexborHTMLParser(f"<div>{entity_html(text, entities)}</div>").css_first("div")
    assert body is not None
    allowed = {*TAGS.values(), "a", "br", "tg-emoji", "div"}
    assert {node.tag for node in body.css("*")} <= allowed
    split = any("\ud800" <= character <= "\udfff" for character in _pieces(text, entities))
    if not split:
        assert body.text(deep=True) == text.replace("\n", "")


def _pieces(text: str, entities: list[dict[str, Any]]) -> str:
    """The characters at each cut, to know whether one goes through a pair of surrogates."""
    units = text.encode("utf-16-le")
    cuts = {e["offset"] for e in entities} | {e["offset"] + e["length"] for e in entities}
    return "".join(
        units[2 * cut : 2 * cut + 2].decode("utf-16-le", "surrogatepass") for cut in cuts
    )
