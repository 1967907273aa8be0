"""Preview pages made to crash the parser, to stall it, or to pass something off as a post."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import PreviewUnreadable
from infra.telegram import markup_depth
from infra.telegram.markup_depth import DEEPEST, MOST_TAGS, fault
from infra.telegram.preview_page import PreviewPage, read_preview
from tests.preview_pages import NAME, Post, block, page, twenty

MEGABYTE = 1024**2
VIEWS = '<span class="tgme_widget_message_views">9M</span>'
BOUND_S = 5.0
"""Far more than it takes on a busy machine; what is guarded against takes seconds to minutes."""
ATTRIBUTES = " ".join(f"a{n}" for n in range(40_000))
DEEP = 280
POSTS = range(1, 10_000)


def views(read: PreviewPage) -> dict[int, str | None]:
    return {post.message_id: post.views.raw if post.views else None for post in read.posts}


def test_a_post_written_into_a_text_is_only_text() -> None:
    fake = block(Post(9, "9M")).replace("<", "&lt;").replace(">", "&gt;")
    read = read_preview(page(Post(7, text=fake)), NAME)
    assert views(read) == {7: "4.85K"}
    assert read.posts[0].text_head.startswith('<div class="tgme_widget_message_wrap')


def test_a_post_smuggled_into_anothers_text_is_refused() -> None:
    with pytest.raises(PreviewUnreadable, match="inside the text of another"):
        read_preview(page(Post(7, None, text=block(Post(9, "9M")))), NAME)


def test_a_post_smuggled_in_anywhere_else_keeps_its_views_to_itself() -> None:
    html = page(Post(7, None, extra=block(Post(9, "9M"))))
    assert views(read_preview(html, NAME)) == {7: None, 9: "9M"}


def test_views_in_a_text_or_outside_of_any_post_are_nobodys() -> None:
    html = page(Post(7, None, text=f"x {VIEWS} y"), VIEWS, Post(8, None))
    assert views(read_preview(html, NAME)) == {7: None, 8: None}


def test_a_text_that_speaks_of_no_messages_is_no_empty_page() -> None:
    marker = '<div class="tme_no_messages_found">No posts found</div>'
    assert not read_preview(page(Post(7, text=marker)), NAME).is_empty
    escaped = page().replace(marker, "tme_no_messages_found")
    with pytest.raises(PreviewUnreadable):
        read_preview(escaped, NAME)


@pytest.mark.parametrize("tag", ["<div>", "<span>", "<b>", "<p>", '<a href="x">', "<table><tr>"])
@pytest.mark.parametrize("views_of_first", [None, "1"])
def test_tags_left_open_give_nobody_anothers_views(tag: str, views_of_first: str | None) -> None:
    first = Post(7, views_of_first, extra=tag * 3)
    read = read_preview(page(first, Post(8, None), Post(9, "9")), NAME)
    assert views(read) == {7: views_of_first, 8: None, 9: "9"}


def test_tags_closed_too_often_give_nobody_anothers_views() -> None:
    html = page(Post(7, "7", extra="</div>" * 2), Post(8, None), Post(9, "9"))
    assert views(read_preview(html, NAME)) in (
        {7: None, 8: None, 9: "9"},
        {7: "7", 8: None, 9: "9"},
    )


def test_a_page_cut_short_has_the_posts_that_came() -> None:
    html = page(Post(7), Post(8), Post(9))
    cut = html[: html.index(f'data-post="{NAME}/9"')]
    assert views(read_preview(cut, NAME)) == {7: "4.85K", 8: "4.85K"}


@pytest.mark.parametrize(
    "junk",
    [
        "<div>" * 200_000,
        "<div>" * 5_000 + "</div>" * 5_000,
        "<DIV></b>" * 100_000,
        "".join(f"<font color={n}><p>" for n in range(20_000)),
        "<table><td>" * 50_000,
        "<" * MEGABYTE,
        "<a" * 300_000,
        "<!--" * 300_000,
        "\0" * 5 * MEGABYTE,
        "&lt;" * 300_000,
        f"<p>{VIEWS}</p>" * 20_000,
        "<p title='" + "x" * 5 * MEGABYTE,
        f"<div {ATTRIBUTES}>",
        f"<div {ATTRIBUTES.replace(' ', '/')}",
        "<div " + ATTRIBUTES.replace(" ", "='>'"),
        "<div " + ATTRIBUTES.replace(" ", '="<b>" ') + ">",
        f"<!-- <i x='--><div {ATTRIBUTES[:9_000]} x='>' {ATTRIBUTES[9_000:]}>",
        f"<div {ATTRIBUTES[:19_000]}></div>" * 50,
        "<div>" * DEEP + f"<span>{VIEWS}</span>" * 80_000 + "</div>" * DEEP,
        "".join(f'<div class="tgme_widget_message" data-post="{NAME}/{n}"></div>' for n in POSTS),
    ],
    ids=lambda junk: junk[:12].replace("\0", "NUL"),
)
def test_megabytes_of_junk_are_refused_in_no_time(junk: str) -> None:
    began_s = time.process_time()
    with pytest.raises(PreviewUnreadable):
        read_preview(junk, NAME)
    assert time.process_time() - began_s < BOUND_S


def test_junk_around_posts_is_refused_or_read_past() -> None:
    deep = page(Post(7, extra="<div>" * 2_000))
    with pytest.raises(PreviewUnreadable, match=r"nests 20\d\d levels deep"):
        read_preview(deep, NAME)
    with pytest.raises(PreviewUnreadable, match=r"nests 4\d\d levels deep"):
        read_preview(page(Post(7, extra="<div>" * 400 + "</div>" * 400)), NAME)
    wide = page(Post(7, extra="<p>x</p>" * 10_000 + "\0" * MEGABYTE), Post(8))
    assert views(read_preview(wide, NAME)) == {7: "4.85K", 8: "4.85K"}


@pytest.mark.parametrize(
    ("limit", "less"), [("DEEPEST", 10), ("MOST_TAGS", 8), ("LONGEST_TAG", 40), ("MOST_WORK", 8)]
)
@pytest.mark.parametrize("html", [twenty(), twenty().upper()])
def test_a_real_page_is_far_from_what_is_refused(
    html: str, limit: str, less: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(markup_depth, limit, getattr(markup_depth, limit) // less)
    assert fault(html) is None


def test_views_deep_down_are_found_without_a_walk_for_each() -> None:
    spans = VIEWS * (MOST_TAGS // 2 - 1_000)
    deep = page(Post(7, extra="<div>" * (DEEPEST - 50) + spans + "</div>" * (DEEPEST - 50)))
    began_s = time.process_time()
    assert views(read_preview(deep, NAME)) == {7: "9M"}
    assert time.process_time() - began_s < BOUND_S


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "cp037"])
def test_a_page_in_another_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(PreviewUnreadable):
        read_preview(page(Post(7)).encode(encoding, "replace"), NAME)


def test_half_characters_neither_crash_nor_come_out() -> None:
    html = page(Post(7, text="Gr\xfc\xdfe")).encode("latin-1", "replace")
    assert read_preview(html, NAME).posts[0].text_head == "Gr\ufffd\ufffde"
    for html_with_half in (page(Post(7, text="a\ud800b")), page(Post(7, text="a&#xd800;b"))):
        read_preview(html_with_half, NAME).posts[0].text_head.encode()


fragments = st.sampled_from(
    [
        *("<div>", "</div>", "<p>", "</p>", "<b>", "</b>", "<table>", "<td>", "</table>", "<svg>"),
        *("<!--", "-->", "<script>", "</script>", "<a href='", "'>", '"', "&", "&#0;", "\0", "<"),
        *(VIEWS, "<template>", "</template>", "<textarea>", "</section>", "</body>", "\ud800"),
        f'<div class="tgme_widget_message" data-post="{NAME}/9">',
        '<div class="tgme_widget_message" data-post="Other/8">',
        '<div class="tgme_widget_message_text js-message_text">',
        '<a class="tgme_widget_message_reply">',
    ]
)


@settings(max_examples=150)
@given(junk=st.lists(fragments, max_size=8).map("".join), seed=st.integers(0, 99))
def test_no_junk_makes_a_post_have_views_that_are_not_its_own(junk: str, seed: int) -> None:
    posts: list[Post | str] = [Post(each, str(each)) for each in (1, 2, 3)]
    posts.insert(random.Random(seed).randrange(4), Post(4, None, extra=junk))
    try:
        read = views(read_preview(page(*posts), NAME))
    except PreviewUnreadable:
        return
    for each in (1, 2, 3):
        assert read.get(each) in (None, str(each))
    assert read.get(4) in (None, "9M")


@settings(max_examples=60)
@given(at=st.integers(0, 20_000), junk=st.lists(fragments, max_size=4).map("".join))
def test_a_page_spoilt_anywhere_is_read_or_refused(at: int, junk: str) -> None:
    html = page(Post(7, "7"), Post(8, "8", album=(8, 9)), older=7)
    try:
        read = read_preview(html[:at] + junk + html[at:], NAME)
    except PreviewUnreadable:
        return
    assert {post.message_id for post in read.posts} <= {7, 8, 9}


@settings(max_examples=40)
@given(order=st.permutations(range(1, 9)), services=st.sets(st.integers(1, 8)))
def test_the_order_of_posts_makes_no_difference(order: list[int], services: set[int]) -> None:
    def one(each: int) -> Post:
        return Post(each, None if each in services else f"{each}K", service=each in services)

    read = read_preview(page(*map(one, order)), NAME)
    assert read == read_preview(page(*map(one, range(1, 9))), NAME)
    assert {post.message_id for post in read.posts if post.is_service} == services


@settings(max_examples=60)
@given(junk=st.one_of(st.binary(max_size=300), st.text(max_size=300)))
def test_what_is_no_page_is_always_refused(junk: bytes | str) -> None:
    with pytest.raises(PreviewUnreadable):
        read_preview(junk, NAME)
