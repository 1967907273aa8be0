"""What is read off a preview page, of each kind of post; and what is refused as unknown."""

import dataclasses
from datetime import UTC, datetime

import pytest

from core.errors import PreviewUnreadable
from core.view_count import ViewCount
from infra.telegram.preview_page import PreviewPost, read_preview
from tests.preview_pages import NAME, NOON, Post, block, forwarded, page, reply, twenty


def only(post: Post | str) -> PreviewPost:
    [read] = read_preview(page(post), NAME).posts
    return read


def test_a_page_is_read_whole() -> None:
    read = read_preview(page(Post(7), Post(8, "12"), older=7, newer=8), NAME)
    assert (read.title, read.username) == ("Daily & News", NAME)
    assert read.subscribers == ViewCount("27.4K", 27_400, 100)
    assert read.older_before == 7
    assert not read.is_empty
    assert read.posts == (
        PreviewPost(7, NOON, ViewCount("4.85K", 4_850, 10), (), False, False, "Good morning"),
        PreviewPost(8, NOON, ViewCount("12", 12, 1), (), False, False, "Good morning"),
    )


def test_twenty_posts_are_twenty_posts_whatever_is_in_them() -> None:
    read = read_preview(twenty(100), NAME)
    assert [post.message_id for post in read.posts] == [100, *range(101, 157, 3)]
    assert [post.message_id for post in read.posts if post.views is None] == [100]
    assert all(post.text_head for post in read.posts)
    albums = {post.message_id: post.album_ids for post in read.posts if post.album_ids}
    assert albums == {first: (first + 1, first + 2) for first in range(101, 157, 6)}


@pytest.mark.parametrize("asked", [NAME, NAME.lower(), NAME.upper()])
def test_the_case_of_the_name_makes_no_difference(asked: str) -> None:
    assert read_preview(page(Post(7, channel="daily_NEWS")), asked).username == NAME


def test_bytes_are_read_as_well() -> None:
    html = page(Post(7, text="Grüße, 你好"))
    assert read_preview(html.encode(), NAME) == read_preview(html, NAME)
    assert only(Post(7, text="Grüße, 你好")).text_head == "Grüße, 你好"


def test_posts_come_oldest_first_however_they_stand() -> None:
    read = read_preview(page(Post(9), Post(7), Post(8)), NAME)
    assert [post.message_id for post in read.posts] == [7, 8, 9]


@pytest.mark.parametrize("album", [(7, 8, 9), (9, 8, 7, 7), (8, 9)])
def test_an_album_is_one_post_with_members(album: tuple[int, ...]) -> None:
    post = only(Post(7, album=album, text="Three photos"))
    assert (post.message_id, post.album_ids) == (7, (8, 9))
    assert post.text_head == "Three photos"


def test_documents_of_an_album_are_members_too() -> None:
    file = '<a class="tgme_widget_message_document_wrap" href="https://t.me/{}/{}?single"></a>'
    extra = "".join(file.format(NAME.lower(), each) for each in (7, 8))
    assert only(Post(7, extra=extra)).album_ids == (8,)


def test_links_that_are_no_files_of_the_post_make_no_album() -> None:
    single = f"https://t.me/{NAME}/5?single"
    preview = f'<a class="tgme_widget_message_link_preview" href="{single}">x</a>'
    photo = '<a class="tgme_widget_message_photo_wrap" href="https://t.me/{}"></a>'
    others = photo.format("other/9?single") + photo.format(f"{NAME}/7") + photo.format("x")
    post = Post(
        7,
        text=f'see <a href="{single}">this</a>',
        extra=forwarded(NAME, 5) + reply(Post(5)) + preview + others,
        buttons=[single],
    )
    assert only(post).album_ids == ()


def test_a_service_post_is_told_apart_and_has_no_views() -> None:
    created = only(Post(1, None, "Channel created", service=True))
    assert (created.is_service, created.views) == (True, None)
    assert created.text_head == "Channel created"
    assert not only(Post(7)).is_service


def test_what_a_reply_and_a_forward_quote_is_not_the_posts_own() -> None:
    quoted = f"{reply(Post(5, text='Before that'))}{forwarded('Other', 9)}"
    inside = '<span class="tgme_widget_message_views">9M</span>'
    post = only(Post(7, None, extra=quoted.replace("</a>", inside + "</a>")))
    assert (post.message_id, post.views) == (7, None)
    assert post.text_head == "Good morning"


@pytest.mark.parametrize(("edited", "author"), [(True, ""), (True, "Ann"), (False, "I edited it")])
def test_an_edited_post_says_so(edited: bool, author: str) -> None:
    assert only(Post(7, edited=edited, author=author)).is_edited is edited


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-09-27T14:00:01+02:00", NOON),
        ("2026-09-27T12:00:01Z", NOON),
        ("2024-02-29T00:00:00+00:00", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2026-09-27T12:00:01", None),
        ("0001-01-01T00:00:00+09:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_the_time_is_utc_or_not_known(told: str | None, moment: datetime | None) -> None:
    posted_at = only(Post(7, when=told)).posted_at
    assert posted_at == moment
    assert posted_at is None or posted_at.tzinfo is UTC


def test_the_length_of_a_video_is_not_its_time() -> None:
    video = '<time class="message_video_duration" datetime="2020-01-01T00:00:00Z">0:29</time>'
    assert only(Post(7, extra=video)).posted_at == NOON


@pytest.mark.parametrize(
    ("html", "head"),
    [
        ("<b>He</b>ll<i>o</i><br/>wor<tg-emoji><i><b>l</b></i></tg-emoji>d", "Hello world"),
        ("one<blockquote>two</blockquote>three<pre>four</pre>", "one two three four"),
        ("&lt;b&gt; &amp;amp; \n\t&nbsp; x", "<b> &amp; x"),
        ("x" * 500, "x" * 80),
        ("a<br/>" * 500, "a " * 40),
        ("", ""),
        ("<b>one</b><blockquote>two</blockquote><i>three</i>", "one two three"),
        ("a&#0;b\0c", "a\N{REPLACEMENT CHARACTER}bc"),
    ],
)
def test_the_head_is_the_texts_first_line(html: str, head: str) -> None:
    assert only(Post(7, text=html)).text_head == head


def test_an_empty_page_says_that_it_is() -> None:
    read = read_preview(page(), NAME)
    assert read.is_empty
    assert (read.posts, read.older_before, read.username) == ((), None, NAME)


def test_who_follows_the_older_pages_gets_older_every_time() -> None:
    assert read_preview(page(Post(7), Post(8)), NAME).older_before is None
    assert read_preview(page(Post(7), older=3), NAME).older_before == 3
    assert read_preview(page(Post(7), older=12), NAME).older_before == 7
    assert read_preview(page(older=12), NAME).older_before == 12
    without = page(Post(7), older=3).replace("tme_messages_more", "renamed")
    assert read_preview(without, NAME).older_before == 3


def test_a_small_channel_may_have_one_subscriber_or_hide_them() -> None:
    one = page(Post(7), subscribers="1").replace(">subscribers<", ">subscriber<")
    assert read_preview(one, NAME).subscribers == ViewCount("1", 1, 1)
    hidden = page(Post(7)).replace(">subscribers<", ">somethings<")
    assert read_preview(hidden, NAME).subscribers is None


def test_a_post_without_views_has_none_and_not_zero() -> None:
    assert only(Post(7, None)).views is None
    assert only(Post(7, " ")).views is None
    assert only(Post(7, "0")).views == ViewCount("0", 0, 1)


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("", "shows no posts"),
        ("<html><body><div class='tgme_page'>Contact @Daily_News</div></body></html>", "no posts"),
        ('{"ok":false}', "shows no posts"),
        (page(Post(7)).replace("data-post", "data-item"), "shows no posts"),
        (page(Post(7)).replace("tgme_widget_message ", "message "), "shows no posts"),
        (page(Post(7)).replace(f'"{NAME}/7"', '"7"'), "a post is called '7'"),
        (page(Post(2**31)), f"a post is called '{NAME}/2147483648'"),
        (page(*map(Post, range(1, 7))).replace("message_views", "message_looks"), "its views"),
        (page(*map(Post, range(1, 7))).replace("datetime=", "time="), "its posted_at"),
        (page(Post(7, "1.2 Mio")), r"post 7: '1.2 Mio' is no count"),
        (page(Post(7), subscribers="many"), "subscribers: 'many' is no count"),
        (page(Post(7), name="Other"), "it is @Other's; ask for that name"),
        (page(Post(7, channel="Other")), "shows posts of @Other only"),
        (page(Post(7), Post(7)), "shows post 7 twice"),
        (page(Post(7)).encode("utf-16"), "shows no posts"),
    ],
)
def test_a_page_that_is_not_as_it_used_to_be_is_refused(html: bytes | str, problem: str) -> None:
    with pytest.raises(PreviewUnreadable, match=problem) as told:
        read_preview(html, NAME)
    assert str(told.value).startswith("the preview page of @Daily_News: ")


def test_another_channels_posts_are_left_out() -> None:
    stranger = Post(9, "9M", channel="Daily_News2")
    read = read_preview(page(Post(7), stranger, Post(8)), NAME)
    assert [(post.message_id, post.views and post.views.raw) for post in read.posts] == [
        (7, "4.85K"),
        (8, "4.85K"),
    ]


def test_another_channels_post_inside_ours_keeps_its_views_to_itself() -> None:
    embedded = block(Post(9, "9M", channel="Other", when="2020-01-01T00:00:00Z", edited=True))
    post = only(Post(7, None, extra=embedded, album=(7, 8)))
    assert post == dataclasses.replace(only(Post(7, None, album=(7, 8))))
