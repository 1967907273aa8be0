"""How many preview pages are read in a second of one core, beside the standard library's parser.

A page has 20 posts, albums, a reply and a service post among them. The baseline takes the
same facts off it with html.parser, without any of the checks: whose post it is, whether
something stands in a quote, whether the page is one that is known. Both take turns by the
round; a figure is the median of the rounds, a ratio that of the rounds' ratios.

Run: python -m benchmarks.bench_previews
"""

import statistics
import time
from collections.abc import Callable
from html.parser import HTMLParser

from benchmarks.report import Column, Report
from benchmarks.stage import options
from core.view_count import read_view_count
from infra.telegram.preview_page import HEAD_CHARACTERS, read_preview
from tests.preview_pages import NAME, twenty

PAGES, ROUNDS = 40, 15
QUICK_PAGES, QUICK_ROUNDS = 5, 5
FASTER = 3.0
COLUMNS = (
    Column("pages/s"),
    Column("CPU ms a page", 2),
    Column("× html.parser", 1, at_least=FASTER),
)

Facts = dict[int, tuple[str, str, bool, str]]
"""By message id: the time, the views, whether it was edited, the head of its text."""


class Plain(HTMLParser):
    """What one would write by hand: it looks at the classes, and counts the text's <div>s."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[int, dict[str, str]] = {}
        self._post: dict[str, str] = {}
        self._into, self._divs = "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        classes = found.get("class", "").split()
        if "data-post" in found:
            number = int(found["data-post"].partition("/")[2])
            self._post = self.facts.setdefault(number, {})
        elif tag == "time" and "datetime" in found:
            self._post.setdefault("when", found["datetime"])
        elif "tgme_widget_message_views" in classes:
            self._into = "views"
        elif "tgme_widget_message_meta" in classes:
            self._into = "meta"
        elif "js-message_text" in classes:
            self._into, self._divs = "text", self._divs + 1
        elif tag == "div" and self._into == "text":
            self._divs += 1
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._into == "text":
            self._divs -= tag == "div"
        if self._into != "text" or not self._divs:
            self._into = ""

    def handle_data(self, data: str) -> None:
        if self._into:
            self._post[self._into] = self._post.get(self._into, "") + data


def ours(html: str) -> Facts:
    return {
        post.message_id: (
            post.posted_at.isoformat() if post.posted_at else "",
            post.views.raw if post.views else "",
            post.is_edited,
            post.text_head,
        )
        for post in read_preview(html, NAME).posts
    }


def theirs(html: str) -> Facts:
    parser = Plain()
    parser.feed(html)
    parser.close()
    return {number: _facts(post) for number, post in parser.facts.items()}


def _facts(post: dict[str, str]) -> tuple[str, str, bool, str]:
    views = read_view_count(post["views"]).raw if "views" in post else ""
    head = " ".join(post.get("text", "").split())[:HEAD_CHARACTERS]
    return post.get("when", ""), views, "edited" in post.get("meta", ""), head


def seconds_a_page(read: Callable[[str], Facts], html: str, pages: int) -> float:
    began_s = time.process_time()  # others on this machine do not count
    for _ in range(pages):
        read(html)
    return (time.process_time() - began_s) / pages


def main() -> None:
    quick = options(__doc__).quick
    pages, rounds = (QUICK_PAGES, QUICK_ROUNDS) if quick else (PAGES, ROUNDS)
    html = twenty()
    report = Report("A channel's preview page of 20 posts, read", COLUMNS)
    if ours(html) != theirs(html):
        raise SystemExit("the two parsers do not agree: their times cannot be compared")
    taken = [[seconds_a_page(read, html, pages) for read in (ours, theirs)] for _ in range(rounds)]
    mine, plain = (statistics.median(each) for each in zip(*taken, strict=True))
    ratio = statistics.median(theirs_s / ours_s for ours_s, theirs_s in taken)
    report.ours(f"read_preview, {len(html) / 1e3:.0f} kB", 1 / mine, mine * 1e3, ratio)
    report.baseline("html.parser, by hand", 1 / plain, plain * 1e3, None)
    report.show()


if __name__ == "__main__":
    main()
