"""Which post of a preview page an element belongs to."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.errors import PreviewUnreadable
from core.telegram_limits import MESSAGE_ID_MAX

# A page shows about 20.
MOST_BLOCKS = 1_000
BLOCK = "div.tgme_widget_message[data-post]"
POST = re.compile(r"([A-Za-z][A-Za-z0-9_]*)/([1-9][0-9]{0,9})")
# What people wrote, or what is quoted from elsewhere: nothing in it is about the post.
QUOTES = (
    "div.tgme_widget_message_text, .tgme_widget_message_reply, "
    ".tgme_widget_message_forwarded_from, .tgme_widget_message_link_preview"
)


class Blocks:
    """The posts' blocks of a page: `ours` by message id, `strangers` other channels' names.

    An element belongs to the nearest block around it, so that a tag left open lets nobody
    have another's views; what stands in a quote belongs to nobody.
    Raises PreviewUnreadable for what Telegram never makes: far too many blocks, one with an
    unknown name, two of one post, one inside a post's text.
    """

    def __init__(self, tree: LexborHTMLParser, name: str) -> None:
        self._tree, self._name = tree, name
        self._quotes = {quote.mem_id for quote in tree.css(QUOTES)}
        self._ids: dict[int, int | None] = {}
        self.ours: dict[int, LexborNode] = {}
        self.strangers: list[str] = []
        blocks = tree.css(BLOCK)
        if len(blocks) > MOST_BLOCKS:
            raise PreviewUnreadable(name, f"it shows {len(blocks)} posts")
        for block in blocks:
            self._add(block)
        self._nearest: dict[int, int | None] = {each: each for each in self._quotes | {*self._ids}}
        for block in blocks:
            self._check_that_nobody_wrote_it(block)

    def first(self, selector: str) -> dict[int, LexborNode]:
        """The first such element of each post, by message id."""
        return {message_id: nodes[0] for message_id, nodes in self.every(selector).items()}

    def every(self, selector: str) -> dict[int, list[LexborNode]]:
        """All such elements of each post that has any, by message id, as they stand."""
        found: dict[int, list[LexborNode]] = {}
        for node in self._tree.css(selector):
            around = self._around(node)
            message_id = self._ids.get(around) if around else None
            if message_id is not None:
                found.setdefault(message_id, []).append(node)
        return found

    def _add(self, block: LexborNode) -> None:
        told = block.attributes["data-post"] or ""
        post = POST.fullmatch(told)
        if post is None or int(post[2]) > MESSAGE_ID_MAX:
            raise PreviewUnreadable(self._name, f"a post is called {told[:40]!r}, not NAME/NUMBER")
        self._ids[block.mem_id] = None
        if post[1].lower() != self._name.lower():
            self.strangers.append(post[1])
            return
        message_id = int(post[2])
        if message_id in self.ours:
            raise PreviewUnreadable(self._name, f"it shows post {message_id} twice")
        self.ours[message_id] = block
        self._ids[block.mem_id] = message_id

    def _check_that_nobody_wrote_it(self, block: LexborNode) -> None:
        if self._around(block) in self._quotes:
            raise PreviewUnreadable(self._name, "a post stands inside the text of another")

    def _around(self, node: LexborNode) -> int | None:
        """The nearest block or quote around it. Each element on the way is passed only once."""
        passed, parent = list[int](), node.parent
        while parent is not None and parent.mem_id not in self._nearest:
            passed.append(parent.mem_id)
            parent = parent.parent
        found = None if parent is None else self._nearest[parent.mem_id]
        self._nearest.update(dict.fromkeys(passed, found))
        return found
