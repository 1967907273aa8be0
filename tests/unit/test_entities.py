import contextlib
from collections.abc import Callable
from html import escape
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.entities import (
    PARSERS,
    Entity,
    EntityError,
    Parsed,
    clean,
    parse,
    parse_html,
    parse_markdown,
    parse_markdown_v2,
    utf16_length,
)
from core.entity_links import checked_link

GRIN = "\U0001f600"
RESERVED = "_*[]()~`>#+-=|{}.!\\"

Parser = Callable[[str], Parsed]

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
formatted = st.lists(
    st.sampled_from(
        [
            *(
                "<b>",
                "</b>",
                "<a href='t.me/x'>",
                "</a>",
                "<pre>",
                "</pre>",
                "<code class=",
                "&lt;",
            ),
            *("<tg-emoji emoji-id='5'>", "</>", "&#x1f600;", "&#xd800;", "<blockquote expandable>"),
            *(
                "*",
                "_",
                "__",
                "~",
                "||",
                "`",
                "```",
                "py\n",
                "[",
                "](tg://user?id=5)",
                "![",
                "](",
                ")",
            ),
            *("](tg://emoji?id=5)", "](tg://time?unix=5&format=r)", "\n", ">", "**>", "\\", "\r"),
            *("a", " ", GRIN, "\u0436", ".", "<", ">", "&", '"', "'", "=", "\0", "\ud800"),
        ]
    ),
    max_size=25,
).map("".join)


def shapes(parsed: Parsed) -> list[tuple[str, int, int]]:
    return [(entity.type, entity.offset, entity.length) for entity in parsed.entities]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        *[(f"<{tag}>x</{tag}>", "bold") for tag in ("b", "strong", "B")],
        *[(f"<{tag}>x</{tag}>", "italic") for tag in ("i", "em")],
        *[(f"<{tag}>x</{tag}>", "underline") for tag in ("u", "ins")],
        *[(f"<{tag}>x</{tag}>", "strikethrough") for tag in ("s", "strike", "del")],
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ("<code>x</code>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
        ("<b>x</>", "bold"),
        ("<b >x</b >", "bold"),
    ],
)
def test_each_html_tag_becomes_its_entity(source: str, kind: str) -> None:
    assert parse_html(source) == Parsed("x", (Entity(kind, 0, 1),))


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("*x*", "bold"),
        ("_x_", "italic"),
        ("__x__", "underline"),
        ("~x~", "strikethrough"),
        ("||x||", "spoiler"),
        ("`x`", "code"),
        ("```\nx```", "pre"),
        (">x", "blockquote"),
        (">x||", "expandable_blockquote"),
        ("**>x||", "expandable_blockquote"),
    ],
)
def test_each_markdown_v2_mark_becomes_its_entity(source: str, kind: str) -> None:
    assert parse_markdown_v2(source) == Parsed("x", (Entity(kind, 0, 1),))


@pytest.mark.parametrize(
    ("source", "kind"),
    [("*x*", "bold"), ("_x_", "italic"), ("`x`", "code"), ("```\nx```", "pre")],
)
def test_each_markdown_mark_becomes_its_entity(source: str, kind: str) -> None:
    assert parse_markdown(source) == Parsed("x", (Entity(kind, 0, 1),))


@pytest.mark.parametrize(
    ("parser", "source", "told"),
    [
        (parse_html, '<a href="http://EXAMPLE.com/A">x</a>', {"url": "http://example.com/A"}),
        (parse_html, "<a href=t.me>x</a>", {"url": "http://t.me/"}),
        (parse_html, '<a href="tg://user?id=7">x</a>', {"user_id": 7}),
        (parse_html, '<a href="//a.b/?x=1&amp;y=2">x</a>', None),
        (parse_html, '<a href="nowhere">x</a>', None),
        (parse_html, '<pre><code class="language-py">x</code></pre>', {"language": "py"}),
        (parse_html, '<code class="language-py"><pre>x</pre></code>', {"language": "py"}),
        (parse_html, '<code class="language-py">x</code>', {"language": None}),
        (parse_html, '<tg-emoji emoji-id="53">x</tg-emoji>', {"custom_emoji_id": "53"}),
        (
            parse_html,
            '<tg-time unix="1647531900" format="wDT">x</tg-time>',
            {"unix_time": 1647531900, "date_time_format": "wDT"},
        ),
        (parse_html, "<tg-time>x</tg-time>", None),
        (parse_markdown_v2, r"[x](http://a.b/\))", {"url": "http://a.b/)"}),
        (parse_markdown_v2, "[x](tg://user?id=7)", {"user_id": 7}),
        (parse_markdown_v2, "![x](tg://emoji?id=53)", {"custom_emoji_id": "53"}),
        (parse_markdown_v2, "![x](tg://time?unix=5&format=r)", {"unix_time": 5}),
        (parse_markdown_v2, "```py\nx```", {"language": "py"}),
        (parse_markdown, "[x](http://a.b/)", {"url": "http://a.b/"}),
        (parse_markdown, "[x](http://a.b/", {"url": "http://a.b/"}),
        (parse_markdown, "```py\nx```", {"language": "py"}),
    ],
)
def test_an_entity_carries_what_its_source_says(
    parser: Parser, source: str, told: dict[str, Any] | None
) -> None:
    parsed = parser(source)
    assert parsed.text == "x"
    assert len(parsed.entities) == (told is not None)
    for entity in parsed.entities:
        assert {name: getattr(entity, name) for name in told or {}} == told


@pytest.mark.parametrize(
    ("parser", "source", "problem"),
    [
        (parse_html, "<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        (parse_html, "ab <foo>", 'Unsupported start tag "foo" at byte offset 3'),
        (parse_html, "\u0436<foo>", 'Unsupported start tag "foo" at byte offset 2'),
        (parse_html, "1 < 2", 'Unsupported start tag "" at byte offset 2'),
        (parse_html, "x</b>", "Unexpected end tag at byte offset 1"),
        (
            parse_html,
            "<b>x</i>",
            'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        (parse_html, "<b", "Unclosed start tag at byte offset 0"),
        (parse_html, "<a href", 'Unclosed start tag "a" at byte offset 0'),
        (parse_html, "<b ", 'Empty attribute name in the tag "b" at byte offset 0'),
        (parse_html, '<a href="x', "Unclosed start tag at byte offset 0"),
        (parse_html, "<a href=x!>", "Unexpected end of name token at byte offset 8"),
        (parse_html, "<b>x</b", "Unclosed end tag at byte offset 4"),
        (parse_html, "<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        (parse_html, "<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        (parse_html, "<tg-time format=x>x</tg-time>", "Invalid date format used"),
        (parse_html, "\0", "Text must not contain null bytes"),
        (
            parse_markdown_v2,
            "1.5",
            "Character '.' is reserved and must be escaped with the preceding '\\'",
        ),
        (parse_markdown_v2, "a *b", "Can't find end of Bold entity at byte offset 2"),
        (parse_markdown_v2, "```py\nx", "Can't find end of PreCode entity at byte offset 0"),
        (parse_markdown_v2, ">a *b\nc*", "Can't find end of Bold entity at byte offset 3"),
        (parse_markdown_v2, "[a](b", "Can't find end of a URL at byte offset 4"),
        (parse_markdown_v2, "![a]", "The entity must contain a tg://emoji or tg://time URL"),
        (parse_markdown_v2, "![a](b)", "Invalid tg://emoji or tg://time URL specified"),
        (parse_markdown, "a _b", "Can't find end of the entity starting at byte offset 2"),
    ],
)
def test_what_cannot_be_parsed_is_refused_in_telegrams_words(
    parser: Parser, source: str, problem: str
) -> None:
    with pytest.raises(EntityError) as refused:
        parser(source)
    assert refused.value.description == f"can't parse entities: {problem}"


def test_html_knows_four_names_and_all_numbers() -> None:
    assert parse_html("&lt;&gt;&amp;&quot;&#65;&#x1F600;&nbsp;&").text == f'<>&"A{GRIN}&nbsp;&'


def test_half_of_a_surrogate_pair_is_refused_in_html() -> None:
    with pytest.raises(EntityError, match="unmatched surrogate"):
        parse_html("&#xD800;")


def test_nested_entities_come_outermost_first() -> None:
    parsed = parse_markdown_v2("*a _b ~c~_*")
    assert shapes(parsed) == [("bold", 0, 5), ("italic", 2, 3), ("strikethrough", 4, 1)]


def test_offsets_are_in_utf16_units() -> None:
    assert shapes(parse_html(f"{GRIN}<b>{GRIN}</b>")) == [("bold", 2, 2)]


def test_an_empty_entity_is_no_entity() -> None:
    assert parse_html("<b></b>x") == Parsed("x")
    assert parse_markdown_v2("**x") == Parsed("x")
    assert parse_markdown("__x") == Parsed("x")


def test_a_quote_ends_with_the_first_line_that_is_not_quoted() -> None:
    parsed = parse_markdown_v2(">a\n>b\nc")
    assert parsed == Parsed("a\nb\nc", (Entity("blockquote", 0, 4),))


def test_two_quotes_are_parted_by_an_empty_mark() -> None:
    parsed = parse_markdown_v2(">a\n**>b||\nc")
    assert shapes(parsed) == [("blockquote", 0, 2), ("expandable_blockquote", 2, 2)]


def test_code_is_not_read_for_marks() -> None:
    assert parse_markdown_v2("`*a* \\` .`") == Parsed("*a* ` .", (Entity("code", 0, 7),))


def test_markdown_marks_inside_an_entity_are_text() -> None:
    assert parse_markdown("*a_b*") == Parsed("a_b", (Entity("bold", 0, 3),))


def test_an_error_knows_the_place_in_characters() -> None:
    with pytest.raises(EntityError) as refused:
        parse_markdown_v2("\u0436\u0436.")
    assert refused.value.index == 2


def test_json_has_no_empty_fields() -> None:
    assert Entity("bold", 0, 1).as_json() == {"type": "bold", "offset": 0, "length": 1}
    assert Entity("text_mention", 0, 1, user_id=7).as_json()["user"]["id"] == 7


@pytest.mark.parametrize("mode", [None, "", "None"])
def test_without_a_parse_mode_the_text_stands_as_it_is(mode: str | None) -> None:
    assert parse("<b>*x*", mode) == Parsed("<b>*x*")


def test_a_parse_mode_may_be_written_in_any_case() -> None:
    assert parse("*x*", "markdownv2") == parse_markdown_v2("*x*")
    with pytest.raises(EntityError, match="unsupported"):
        parse("x", "bbcode")


def test_cleaning_removes_what_telegram_removes() -> None:
    dirty = Parsed(f"  a\r\n{GRIN}\tb\u202e c \n ", (Entity("bold", 3, 9),))
    assert clean(dirty) == Parsed(f"a\n{GRIN} b c", (Entity("bold", 1, 7),))


def test_spaces_at_the_start_stay_where_an_entity_holds_them() -> None:
    assert clean(parse_html(" <b> x</b>")) == Parsed(" x", (Entity("bold", 0, 2),))


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u200d", "\u2800", "\u00a0\u3000"])
def test_a_text_that_nobody_can_see_is_blank(text: str) -> None:
    assert Parsed(text).is_blank


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("example.com", "http://example.com/"),
        ("HTTPS://Example.com?q=A b", "https://example.com/?q=A%20b"),
        ("http://u:p@a.b:8080/x#y", "http://u:p@a.b:8080/x#y"),
        ("tg:resolve?domain=x", "tg://resolve?domain=x"),
        ("http://[::1]/", "http://[::1]/"),
        ("localhost", ""),
        ("http://a.b:99999", ""),
        ("javascript:alert(1)", ""),
        ("ftp://a.b", ""),
        ("", ""),
    ],
)
def test_a_link_is_read_as_telegram_reads_it(link: str, url: str) -> None:
    assert checked_link(link) == url


@given(texts)
def test_escaped_html_comes_back_as_it_was(text: str) -> None:
    assert parse_html(f"<b>{escape(text)}</b>".replace("&#x27;", "'")).text == text
    assert parse_html(escape(text)) == Parsed(text)


@given(texts)
def test_escaped_markdown_v2_comes_back_as_it_was(text: str) -> None:
    escaped = "".join(f"\\{c}" if c in RESERVED else c for c in text)
    assert parse_markdown_v2(escaped) == Parsed(text)


@given(texts)
def test_escaped_markdown_comes_back_as_it_was(text: str) -> None:
    escaped = "".join(f"\\{c}" if c in "_*`[" else c for c in text)
    assert parse_markdown(escaped) == Parsed(text)


@given(formatted, st.sampled_from(sorted(PARSERS)))
@example(">||\n", "MarkdownV2")
@example("[](tg://user?id=5", "Markdown")
def test_a_parser_answers_with_entities_inside_the_text_or_with_an_entity_error(
    source: str, mode: str
) -> None:
    parsed = Parsed("")
    with contextlib.suppress(EntityError):
        parsed = parse(source, mode)
    for one in (parsed, clean(parsed)):
        end = utf16_length(one.text)
        assert all(0 <= e.offset < e.end <= end for e in one.entities)
    assert clean(clean(parsed)) == clean(parsed)


@given(texts, st.integers(0, 30), st.integers(1, 30))
def test_cleaning_keeps_an_entity_on_its_characters(text: str, offset: int, length: int) -> None:
    marked = f"{text[:offset]}x{'y' * length}{text[offset:]}"
    start = utf16_length(text[:offset])
    cleaned = clean(Parsed(marked, (Entity("bold", start, 1 + length),)))
    (entity,) = cleaned.entities
    units = cleaned.text.encode("utf-16-le")[2 * entity.offset : 2 * entity.end]
    assert units.decode("utf-16-le") == "x" + "y" * length


@pytest.mark.parametrize(
    ("source", "mode"),
    [
        ("<a>x.y" * 3000 + "</a>" * 3000, "HTML"),
        ("<a href='" + "a." * 20_000 + ":'>x</a>", "HTML"),
        ("&" * 50_000, "HTML"),
        ("[x" * 3000 + "]" * 3000, "MarkdownV2"),
        (">||\n" * 10_000, "MarkdownV2"),
        ("[x](" + "\\)" * 20_000 + ")", "MarkdownV2"),
        ("\r\n" * 20_000, "Markdown"),
    ],
)
@pytest.mark.timeout(5)  # what grows with the square of the length takes minutes
def test_a_text_made_to_be_slow_is_not(source: str, mode: str) -> None:
    clean(parse(source, mode))
