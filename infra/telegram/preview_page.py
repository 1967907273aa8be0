"""What a public channel's preview page, https://t.me/s/NAME, shows.

The page is written for people and promises nothing: whatever is not recognised is an
error, never a page without posts. Class names are those of t.me's pages in 2026:

    div.tgme_widget_message[data-post="NAME/ID"]   one post; an album is one, under one id
      .tgme_widget_message_text.js-message_text    its text; a quoted post's has another js- class
      a.tgme_widget_message_photo_wrap, …          its files, each of an album …/ID?single
      span.tgme_widget_message_views               "4.85K"; service posts have none
      span.tgme_widget_message_meta                "edited", and the date:
        a.tgme_widget_message_date > time[datetime]
    a.tme_messages_more[href="/s/NAME?before=ID"]  the page before this one
    div.tme_no_messages_found                      instead of posts
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.errors import PreviewUnreadable
from core.telegram_limits import MESSAGE_ID_MAX
from core.view_count import ViewCount, read_view_count
from infra.telegram.markup_depth import fault
from infra.telegram.preview_blocks import Blocks

HEAD_CHARACTERS = 80
# So many posts that all lack the same thing: it is not them, it is the page.
TELLING = 5

SERVICE = "service_message"
VIEWS = "span.tgme_widget_message_views"
META = "span.tgme_widget_message_meta"
DATE = "a.tgme_widget_message_date time[datetime]"
TEXT = "div.js-message_text"
FILES = (
    "a.tgme_widget_message_photo_wrap[href], a.tgme_widget_message_video_player[href], "
    "a.tgme_widget_message_document_wrap[href]"
)
OLDER = 'a.tme_messages_more[href], link[rel="prev"][href]'
PARTING = {"br", "div", "p", "pre", "blockquote"}
NO_POSTS = ".tme_no_messages_found"
BEFORE = re.compile(r"[?&]before=([1-9][0-9]{0,9})(?![0-9])")
MEMBER = re.compile(r"/([A-Za-z0-9_]+)/([1-9][0-9]{0,9})\?single$")


@dataclass(frozen=True, slots=True)
class PreviewPost:
    """One post, or one album under the id of its first message.

    `views` is None for a service post, and where the page shows none. `posted_at` is UTC;
    None where it is not shown. `album_ids` are the album's other messages. `text_head` are
    the first 80 characters of its text or caption, on one line.
    """

    message_id: int
    posted_at: datetime | None
    views: ViewCount | None
    album_ids: tuple[int, ...]
    is_service: bool
    is_edited: bool
    text_head: str


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """A page of about 20 posts, the oldest first; `older_before` asks for the one before it.

    `username` is spelt as the channel spells it. `subscribers` is None where not shown.
    """

    title: str
    username: str
    subscribers: ViewCount | None
    posts: tuple[PreviewPost, ...]
    older_before: int | None

    @property
    def is_empty(self) -> bool:
        """The page says that there are no posts. Telegram has been seen to say so as well
        when it was asked too often: no proof that posts which were there are gone.
        """
        return not self.posts


def read_preview(html: bytes | str, name: str) -> PreviewPage:
    """Read the preview page of the channel `name` (without @, in any case).

    Raises PreviewUnreadable where this is not that channel's page, or not as it used to be.
    """
    text = _decoded(html)
    if found := fault(text):
        raise PreviewUnreadable(name, f"{found}, as no page of Telegram's does")
    return _Page(LexborHTMLParser(text), name).read()


def _decoded(html: bytes | str) -> str:
    """No half characters: they could not be stored. A NUL is left to the parser, who drops it."""
    encoded = html.encode("utf-8", "replace") if isinstance(html, str) else html
    return encoded.decode("utf-8", "replace")


class _Page:
    def __init__(self, tree: LexborHTMLParser, name: str) -> None:
        self._tree, self._name = tree, name
        self._blocks = Blocks(tree, name)

    def read(self) -> PreviewPage:
        username = self._username()
        posts = tuple(sorted(self._posts(), key=lambda post: post.message_id))
        if not posts:
            self._check_that_it_says_so()
        self._check_that_it_shows_all(posts)
        return PreviewPage(
            self._text(".tgme_channel_info_header_title"),
            username,
            self._subscribers(),
            posts,
            self._older_before(posts),
        )

    def _username(self) -> str:
        shown = self._text(".tgme_channel_info_header_username a").removeprefix("@")
        if shown.lower() not in ("", self._name.lower()):
            raise self._unreadable(f"it is @{shown}'s; ask for that name")
        return shown or self._name

    def _subscribers(self) -> ViewCount | None:
        for counter in self._tree.css(".tgme_channel_info_counter"):
            what, value = counter.css_first(".counter_type"), counter.css_first(".counter_value")
            if what and value and what.text().strip().startswith("subscriber"):
                return self._count(value.text(), "subscribers")
        return None

    def _posts(self) -> Iterator[PreviewPost]:
        views, meta = self._blocks.first(VIEWS), self._blocks.first(META)
        dates, texts = self._blocks.first(DATE), self._blocks.first(TEXT)
        files = self._blocks.every(FILES)
        for message_id, block in self._blocks.ours.items():
            shown = views[message_id].text().strip() if message_id in views else ""
            yield PreviewPost(
                message_id,
                _moment(dates.get(message_id)),
                self._count(shown, f"post {message_id}") if shown else None,
                self._members(message_id, files.get(message_id, [])),
                SERVICE in (block.attributes["class"] or "").split(),
                message_id in meta and "edited" in meta[message_id].text(deep=False),
                _head(texts.get(message_id)),
            )

    def _members(self, message_id: int, files: list[LexborNode]) -> tuple[int, ...]:
        found = (MEMBER.search(file.attributes["href"] or "") for file in files)
        ids = {int(link[2]) for link in found if link and link[1].lower() == self._name.lower()}
        return tuple(sorted(each for each in ids - {message_id} if each <= MESSAGE_ID_MAX))

    def _older_before(self, posts: tuple[PreviewPost, ...]) -> int | None:
        """Never above the oldest post, or who follows it would go round in circles."""
        for link in self._tree.css(OLDER):
            if found := BEFORE.search(link.attributes["href"] or ""):
                return min(int(found[1]), *(post.message_id for post in posts), MESSAGE_ID_MAX)
        return None

    def _check_that_it_says_so(self) -> None:
        if self._blocks.strangers:
            raise self._unreadable(f"it shows posts of @{self._blocks.strangers[0]} only")
        if self._tree.css_first(NO_POSTS) is None:
            raise self._unreadable("it shows no posts, and does not say that there are none")

    def _check_that_it_shows_all(self, posts: tuple[PreviewPost, ...]) -> None:
        ordinary = [post for post in posts if not post.is_service]
        if len(ordinary) < TELLING:
            return
        for what in ("views", "posted_at"):
            if all(getattr(post, what) is None for post in ordinary):
                raise self._unreadable(f"none of its {len(ordinary)} posts shows its {what}")

    def _count(self, text: str, whose: str) -> ViewCount:
        try:
            return read_view_count(text)
        except ValueError as error:
            raise self._unreadable(f"{whose}: {error}") from None

    def _text(self, selector: str) -> str:
        node = self._tree.css_first(selector)
        return " ".join(node.text().split()) if node else ""

    def _unreadable(self, problem: str) -> PreviewUnreadable:
        return PreviewUnreadable(self._name, problem)


def _moment(node: LexborNode | None) -> datetime | None:
    """None for a time without an offset: whose it is would be a guess."""
    try:
        moment = datetime.fromisoformat((node and node.attributes["datetime"]) or "")
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _head(node: LexborNode | None) -> str:
    """Lines and paragraphs become one line; formatting leaves no gap inside a word."""
    parts, length = list[str](), 0
    for each in node.traverse(include_text=True) if node else ():
        if _starts_anew(each):
            parts.append(" ")
        if each.tag == "-text":
            parts.append(each.text_content or "")
            length += len(" ".join(parts[-1].split()))
            if length >= HEAD_CHARACTERS:
                break
    return " ".join("".join(parts).split())[:HEAD_CHARACTERS]


def _starts_anew(node: LexborNode) -> bool:
    return node.tag in PARTING or (node.prev is not None and node.prev.tag in PARTING)
