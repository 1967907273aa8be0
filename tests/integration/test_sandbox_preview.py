"""The preview pages of public channels, read with a real HTML parser."""

from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from sandbox.client import Client, Reply
from sandbox.preview import PAGE, excerpt_of, posts_of
from sandbox.preview_page import Post
from sandbox.server import Sandbox
from sandbox.telegram import Telegram

PHOTO = {"type": "photo", "media": "https://example.com/one.jpg"}
VIDEO = {"type": "video", "media": "https://example.com/two.mp4"}
HOSTILE = "<script>alert('1')</script> & \"\u05e9\u05dc\u05d5\u05dd\u202e</div>"


async def look(client: Client, name: str = "our_news", **query: int) -> LexborHTMLParser:
    reply = await asked(client, f"/s/{name}", params=query)
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    return LexborHTMLParser(reply.text)


async def asked(client: Client, path: str, **options: Any) -> Reply:
    return await client.request("GET", path, allow_redirects=False, **options)


def ids(page: LexborHTMLParser) -> list[int]:
    posts = [node.attributes["data-post"] or "" for node in page.css(".tgme_widget_message")]
    return [int(post.removeprefix("our_news/")) for post in posts]


def found(page: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    node = page.css_first(selector)
    assert node is not None
    return node


def text(page: LexborHTMLParser | LexborNode, selector: str) -> str:
    return found(page, selector).text(deep=True)


def link(page: LexborHTMLParser | LexborNode, selector: str) -> str:
    return found(page, selector).attributes["href"] or ""


async def test_a_post_is_shown_as_telegram_shows_it(client: Client) -> None:
    await client.post("channels", chat="@our_news", title="Our <News>", members=8_100, growth=1.0)
    await client.post("channels", chat="@our_news", half_life_s=1e-6)
    sent = (await client.send("@our_news", "Hello *you*", parse_mode="Markdown")).result
    page = await look(client)
    [post] = page.css("div.tgme_widget_message_wrap > div.tgme_widget_message")
    assert post.attributes["data-post"] == "our_news/1"
    assert post.attributes["data-view"]
    assert text(post, ".tgme_widget_message_author") == "Our <News>"
    assert found(post, ".tgme_widget_message_text").inner_html == "Hello <b>you</b>"
    when = found(post, "a.tgme_widget_message_date > time").attributes["datetime"] or ""
    assert datetime.fromisoformat(when) == datetime.fromtimestamp(sent["date"], UTC)
    assert when.endswith("+00:00")
    assert text(post, "span.tgme_widget_message_views").endswith("K")
    assert text(page, ".tgme_channel_info_counters") == "8.1K subscribers"


async def test_views_are_exact_below_a_thousand(client: Client) -> None:
    await client.post("channels", chat="@our_news", members=1_000, growth=0.5, half_life_s=1e-6)
    await client.send("@our_news")
    assert 375 <= int(text(await look(client), ".tgme_widget_message_views")) <= 625


async def test_the_newest_posts_stand_at_the_bottom_and_older_pages_follow(client: Client) -> None:
    for _ in range(PAGE + 3):
        await client.send("@our_news")
    page = await look(client)
    assert ids(page) == list(range(4, PAGE + 4))
    assert link(page, "link[rel=prev]") == "/s/our_news?before=4"
    older = await look(client, before=4)
    assert ids(older) == [1, 2, 3]
    assert older.css_first("link[rel=prev]") is None
    assert ids(await look(client, after=3)) == ids(page)


@pytest.mark.parametrize("sizes", [[1] * 47, [3, 1, 10, 2] * 15, [1], []])
def test_paging_back_shows_each_post_once(sizes: list[int]) -> None:
    messages: list[dict[str, Any]] = []
    for album, size in enumerate(sizes):
        parts: dict[str, Any] = {"media_group_id": str(album)} if size > 1 else {}
        messages += [{"message_id": len(messages) + n, **parts} for n in range(1, size + 1)]
    posts = posts_of(messages)
    assert [len(post) for post in posts] == sizes
    excerpt = excerpt_of(posts)
    seen: list[Post] = []
    while excerpt.posts:
        seen = [*excerpt.posts, *seen]
        excerpt = excerpt_of(posts, before=excerpt.posts[0][0]["message_id"])
    assert seen == posts


async def test_an_album_is_one_post_whose_files_link_to_their_own_messages(client: Client) -> None:
    await client.send("@our_news")
    album = [PHOTO, {**VIDEO, "caption": "see"}, PHOTO]
    await client.call("sendMediaGroup", chat_id="@our_news", media=album)
    page = await look(client)
    assert ids(page) == [1, 2]
    links = [node.attributes["href"] for node in page.css("a[href$='?single']")]
    assert links == [f"https://t.me/our_news/{number}?single" for number in (2, 3, 4)]
    assert len(page.css("a.tgme_widget_message_photo_wrap")) == 2
    assert (
        text(page, ".tgme_widget_message:has(a[href$='?single']) > * > .js-message_text") == "see"
    )
    assert "2 photos" in text(page, ".tgme_channel_info_counters")


@pytest.mark.parametrize(
    ("method", "arguments", "selector", "shown"),
    [
        ("sendPhoto", {"photo": PHOTO["media"]}, "a.tgme_widget_message_photo_wrap", ""),
        ("sendVideo", {"video": VIDEO["media"], "duration": 75}, ".message_video_duration", "1:15"),
        ("sendDocument", {"document": "https://example.com/a"}, "[class*=extra]", "120.6 KB"),
        ("sendAudio", {"audio": "https://example.com/a", "title": "Song"}, "[class$=_color]", None),
        ("sendVoice", {"voice": "https://example.com/a"}, "[class*=voice_duration]", "0:00"),
    ],
)
async def test_a_file_is_shown_and_links_to_its_post(
    client: Client, method: str, arguments: dict[str, Any], selector: str, shown: str | None
) -> None:
    await client.call(method, chat_id="@our_news", caption="see", **arguments)
    page = await look(client)
    assert page.css_first("a[href='https://t.me/our_news/1']:not(.tgme_widget_message_date)")
    assert text(page, ".js-message_text") == "see"
    assert shown is None or text(page, f".tgme_widget_message {selector}") == shown


async def test_an_answered_post_and_link_buttons_are_shown(client: Client) -> None:
    await client.send("@our_news", "question")
    buttons = [
        [{"text": "Go", "url": "https://example.com"}, {"text": "Press", "callback_data": "x"}]
    ]
    await client.send(
        "@our_news",
        "answer",
        reply_parameters={"message_id": 1},
        reply_markup={"inline_keyboard": buttons},
    )
    post = (await look(client)).css("div.tgme_widget_message")[-1]
    assert text(post, "a.tgme_widget_message_reply .js-message_reply_text") == "question"
    assert text(post, ".js-message_text") == "answer"
    assert [node.text() for node in post.css(".tgme_widget_message_inline_button")] == ["Go"]


async def test_a_forwarded_post_names_where_it_came_from(client: Client) -> None:
    await client.send("@elsewhere", "hello")
    forward = {"from_chat_id": "@elsewhere", "message_id": 1}
    await client.call("forwardMessage", chat_id="@our_news", **forward)
    page = await look(client)
    origin = link(page, "a.tgme_widget_message_forwarded_from_name")
    assert origin == "https://t.me/elsewhere/1"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"channel_chat_created": True}, "Channel created"),
        ({"new_chat_photo": []}, "Channel photo updated"),
        ({"delete_chat_photo": True}, "Channel photo removed"),
        ({"new_chat_title": "<i>"}, "Channel name was changed to «<i>»"),
        ({"pinned_message": {"text": HOSTILE}}, f"our_news pinned «{HOSTILE}»"),
        ({"pinned_message": {"photo": []}}, "our_news pinned a message"),
    ],
)
async def test_a_service_post_is_marked_and_has_no_views(
    sandbox: Sandbox, client: Client, parts: dict[str, Any], said: str
) -> None:
    posted(sandbox.telegram, **parts)
    page = await look(client)
    assert text(page, ".service_message .tgme_widget_message_text") == said
    assert page.css_first(".tgme_widget_message_views") is None
    assert page.css_first(".tgme_widget_message_date time[datetime]")


async def test_an_edited_post_says_so_and_shows_its_reactions(
    sandbox: Sandbox, client: Client
) -> None:
    telegram = sandbox.telegram
    posted(telegram, text="new", edit_date=1_800_000_060)
    chat = telegram.chats.find("@our_news")
    for user in range(1_250):
        telegram.archive.react(chat.id, 1, user, [{"type": "emoji", "emoji": "<b>"}])
    telegram.archive.react(chat.id, 1, 5_000, [{"type": "custom_emoji", "custom_emoji_id": "1"}])
    page = await look(client)
    assert text(page, ".tgme_widget_message_meta").startswith("edited")
    assert [node.text() for node in page.css(".tgme_reaction")] == ["<b>1.25K", "*1"]


def posted(telegram: Telegram, **parts: Any) -> None:
    """A message that this server's methods do not make."""
    chat = telegram.chats.find("@our_news")
    head = {"message_id": chat.next_message_id(), "chat": chat.facts, "date": 1_800_000_000}
    telegram.archive.keep({**head, **parts})


@pytest.mark.parametrize("path", ["/s/nobody_here", "/s/hidden_one", "/s/some_group"])
async def test_whoever_has_no_preview_is_answered_with_a_way_to_reach_him(
    client: Client, path: str
) -> None:
    await client.post("channels", chat="@hidden_one", public=False)
    await client.post("chats", chat=-1005, type="supergroup", title="Us", username="some_group")
    reply = await asked(client, path)
    assert (reply.status, reply.headers["Location"]) == (302, path.removeprefix("/s"))
    contact = await asked(client, reply.headers["Location"])
    assert contact.status == 200
    assert "contact" in text(LexborHTMLParser(contact.text), ".tgme_page_description")
    assert "tgme_widget_message" not in contact.text


async def test_to_look_for_a_channel_does_not_make_it(client: Client) -> None:
    await asked(client, "/s/nobody_here")
    assert (await client.get("chats"))["chats"] == []


async def test_a_channel_has_its_preview_by_its_present_name_alone(client: Client) -> None:
    await client.post("channels", chat=-1007, title="News", username="first_name")
    await client.post("channels", chat=-1007, username="our_news")
    await client.send(-1007)
    assert (await asked(client, "/s/first_name")).status == 302
    assert ids(await look(client, "OUR_NEWS")) == [1]


async def test_a_channel_known_by_its_number_alone_has_none(client: Client) -> None:
    await client.post("channels", chat=-1007, title="News")
    sent = (await client.send(-1007)).result
    assert (sent["chat"]["type"], sent["chat"]["title"]) == ("channel", "News")
    assert (await asked(client, "/s/News")).status == 302


async def test_a_channel_without_posts_says_so(client: Client) -> None:
    await client.post("channels", chat="@our_news", title="News")
    page = await look(client)
    selector = ".tgme_channel_history .tgme_widget_message_centered > .tme_no_messages_found"
    assert text(page, selector) == "No posts found"
    assert text(page, ".tgme_channel_info_header_title") == "News"
    assert "1 200 subscribers" in (await asked(client, "/our_news")).text


async def test_what_people_write_stays_text(client: Client) -> None:
    await client.post("channels", chat="@our_news", title=HOSTILE)
    await client.send("@our_news", HOSTILE)
    await client.call(
        "sendDocument",
        chat_id="@our_news",
        document="https://example.com/a",
        caption=HOSTILE,
        reply_parameters={"message_id": 1},
    )
    for path in ("/s/our_news", "/our_news"):
        page = LexborHTMLParser((await asked(client, path)).text)
        assert page.css("script") == []
        assert HOSTILE in [node.text(deep=True) for node in page.css("span, .tgme_page_title")]
    texts = [node.text(deep=True) for node in (await look(client)).css(".js-message_text")]
    assert [shown.replace("\u202e", "") for shown in texts] == [HOSTILE.replace("\u202e", "")] * 2


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        ({"chat": None}, "chat is missing"),
        ({"members": 0}, "members must be at least 1"),
        ({"growth": -1}, "growth must be"),
        ({"growth": "nan"}, "growth must be"),
        ({"half_life_s": 0}, "half_life_s must be"),
        ({"half_life_s": "inf"}, "half_life_s must be"),
        ({"public": "perhaps"}, "public must be of type bool"),
    ],
)
async def test_a_channel_that_cannot_be_is_refused_and_changes_nothing(
    client: Client, mistake: dict[str, Any], told: str
) -> None:
    body = {"chat": "@our_news", "title": "News", **mistake}
    reply = await client.request("POST", "/admin/channels", json=body)
    assert reply.status == 400
    assert told in reply.body["error"]
    assert (await client.get("chats"))["chats"] == []


async def test_a_fault_strikes_the_preview_only_if_it_names_it(client: Client) -> None:
    await client.send("@our_news")
    await client.post("faults", kind="flood", chat="@our_news", count=1)
    await look(client)
    assert (await client.send("@our_news")).status == 429
    fault = {"chat": "@our_news", "method": "preview", "count": 1}
    await client.post("faults", kind="flood", retry_after=7, **fault)
    assert (await client.send("@our_news")).status == 200
    reply = await asked(client, "/s/our_news")
    assert (reply.status, reply.headers["Retry-After"]) == (429, "7")
    assert reply.headers["Content-Type"].startswith("text/html")
    await client.post("faults", kind="error", status=503, **fault)
    assert (await asked(client, "/s/our_news")).status == 503
    await client.post("faults", kind="cut_before", **{**fault, "count": 2})  # aiohttp asks twice
    with pytest.raises(aiohttp.ClientError):
        await asked(client, "/s/our_news")
    assert ids(await look(client)) == [1, 2]
