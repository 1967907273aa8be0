"""The page for people: whole, its own, and asking only for what the server offers."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from sandbox.client import Client
from sandbox.page_files import FILES, FOLDER
from sandbox.server import Sandbox

SCRIPTS = sorted(FOLDER.glob("*.js"))
SOURCE = {script.name: script.read_text() for script in SCRIPTS}
INDEX = LexborHTMLParser((FOLDER / "index.html").read_text())


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with Sandbox(rate=0, chat_rate=0, group_rate=0) as sandbox, Client(sandbox.url) as client:
        yield client


def found(pattern: str) -> Iterator[tuple[str, ...]]:
    """What all scripts hold of a pattern with groups."""
    for source in SOURCE.values():
        for match in re.finditer(pattern, source):
            yield match.groups()


@pytest.mark.parametrize("path", sorted(FILES))
async def test_each_part_is_served_and_may_ask_nobody_else(client: Client, path: str) -> None:
    reply = await client.request("GET", path)
    assert reply.status == 200
    assert reply.headers["Content-Security-Policy"].startswith("default-src 'self'")
    kinds = {"js": "javascript", "css": "text/css", "svg": "image/svg"}
    assert kinds.get(path.rpartition(".")[2], "text/html") in reply.headers["Content-Type"]


@pytest.mark.parametrize(
    "path", ["/page/", "/page/none.js", "/page/../server.py", "/page//main.js"]
)
async def test_nothing_else_is_given_away(client: Client, path: str) -> None:
    assert (await client.request("GET", path)).status == 404


def test_every_part_that_is_named_exists() -> None:
    named = [node.attributes["href"] for node in INDEX.css("head link")]
    named += [node.attributes["src"] for node in INDEX.css("script")]
    named += [f"/page/{name}" for (name,) in found(r'from "\./(\w+\.js)"')]
    assert named
    assert [path for path in named if path not in FILES] == []


def test_every_name_that_is_imported_is_exported() -> None:
    exported = {
        name: set(re.findall(r"^export (?:async )?(?:function|const) (\w+)", source, re.MULTILINE))
        for name, source in SOURCE.items()
    }
    for names, script in found(r'import \{ ([^}]+) \} from "\./(\w+\.js)"'):
        assert set(names.split(", ")) <= exported[script]


def test_every_element_and_icon_that_is_used_exists() -> None:
    ids = [node.attributes["id"] for node in INDEX.css("[id]")]
    icons = re.search(r"const ICONS = \{(.*?)\}", SOURCE["main.js"], re.DOTALL)
    assert icons is not None
    used = {name for (name,) in found(r'byId\("([\w-]+)"\)')}
    used |= {f"icon-{name}" for (name,) in found(r'icon\("(\w+)"\)')}
    used |= set(re.findall(r'"?([\w-]+)"?:', icons[1]))
    used |= {f"icon-{name}" for name in re.findall(r': "(\w+)"', icons[1])}
    assert {"history", "send", "icon-eye", "icon-send", "to-end"} <= used <= set(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("script", SOURCE)
def test_foreign_text_never_becomes_markup(script: str) -> None:
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(|DOMParser"
    assert re.search(markup, SOURCE[script]) is None


async def test_whatever_the_page_asks_for_is_offered(client: Client) -> None:
    verbs = {"get": "GET", "post": "POST", "remove": "DELETE"}
    asked = {(verbs[call], what) for call, what in found(r'(?<![.\w])(get|post|remove)\("(\w+)"')}
    assert {("GET", "history"), ("POST", "press"), ("DELETE", "faults")} <= asked
    for verb, what in sorted(asked):
        options: dict[str, Any] = {"json": {}} if verb == "POST" else {}
        reply = await client.request(verb, f"/admin/{what}", **options)
        assert reply.status in (200, 400), f"{verb} {what}"
