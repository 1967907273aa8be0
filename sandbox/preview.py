"""Public channels as anybody sees them: /s/NAME, shaped like https://t.me/s/NAME.

A channel with a username has such a page, unless it was declared with public=false. It
shows the messages that the archive still has, PAGE posts at a time: the newest, or those
around ?before=ID or ?after=ID. Whoever else is asked for is answered as Telegram does it,
302 to /NAME, a page that says how to reach him and that never tells whether he exists.

A fault strikes here if its method is "preview": slow, error, flood, cut_before, hold.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from itertools import groupby

from aiohttp import web

from sandbox.archive import KEPT
from sandbox.arguments import Arguments
from sandbox.chats import CHANNEL, Chat
from sandbox.faults import PREVIEW
from sandbox.page_files import HEADERS
from sandbox.preview_page import Excerpt, Message, Post, channel_html, contact_html
from sandbox.reacting import counted
from sandbox.refusals import Refusal
from sandbox.telegram import Call, Telegram

PAGE = 20
PATH = re.compile(r"/(s/)?([A-Za-z]\w{3,31})", re.ASCII)


class Preview:
    """Answers /s/NAME and /NAME; views grow by the time that `telegram` tells."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    @staticmethod
    def owns(request: web.BaseRequest) -> bool:
        return request.method in ("GET", "HEAD") and PATH.fullmatch(request.path) is not None

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """The page; raises Cut where a fault closes the connection."""
        found = PATH.fullmatch(request.path)
        assert found is not None
        chat = self._channel(found[2])
        if found[1] is None:
            return _page(contact_html(found[2], chat))
        if chat is None:
            return web.Response(status=302, headers={"Location": f"/{found[2]}"})
        arguments = Arguments(dict(request.rel_url.query))
        call = Call(0, PREVIEW, arguments, self._telegram.now(), chat)
        try:
            return _page(await self._telegram.perform(call, _shown))
        except Refusal as refusal:
            return _refused(refusal)

    def _channel(self, name: str) -> Chat | None:
        """The public channel of that name. To ask for a name does not make it exist."""
        chats = self._telegram.chats
        chat = chats.by_id.get(chats.resolve(f"@{name}"))
        if chat is None or chat.type != CHANNEL or not chat.is_public:
            return None
        return chat if chat.facts.get("username", "").lower() == name.lower() else None


def _shown(telegram: Telegram, call: Call) -> str:
    kept = telegram.archive.history(call.target.id, limit=KEPT)
    before, after = call.arguments.number("before"), call.arguments.number("after")
    excerpt = excerpt_of(posts_of(kept), before, after)
    posts = [[_with_reactions(telegram, message) for message in post] for post in excerpt.posts]
    return channel_html(call.target, kept, replace(excerpt, posts=posts), telegram.now())


def _with_reactions(telegram: Telegram, message: Message) -> Message:
    counts = counted(telegram, message["chat"]["id"], message["message_id"])
    return {**message, "reactions": counts} if counts else message


def posts_of(messages: Sequence[Message]) -> list[Post]:
    """An album's messages, which follow each other, are one post; any other is one by itself."""
    albums = groupby(messages, lambda message: message.get("media_group_id", message["message_id"]))
    return [list(post) for _, post in albums]


def excerpt_of(posts: Sequence[Post], before: int = 0, after: int = 0) -> Excerpt:
    """PAGE posts with ids below `before`, or above `after`; with neither, the newest."""
    end = bisect_left(posts, before, key=_id) if before > 0 else len(posts)
    start = max(end - PAGE, 0)
    if after > 0 >= before:
        start = bisect_right(posts, after, key=_id)
        end = min(start + PAGE, end)
    return Excerpt(posts[start:end], older=start > 0, newer=end < len(posts))


def _id(post: Post) -> int:
    return int(post[0]["message_id"])


def _page(shown: str, status: int = 200) -> web.Response:
    return web.Response(text=shown, status=status, content_type="text/html", headers=HEADERS)


def _refused(refusal: Refusal) -> web.Response:
    """Not the Bot API's JSON: pages are served by a machine that speaks HTML."""
    told = escape(refusal.description)
    response = _page(f"<html><head><title>{told}</title></head></html>", refusal.code)
    if "retry_after" in refusal.parameters:
        response.headers["Retry-After"] = str(refusal.parameters["retry_after"])
    return response
