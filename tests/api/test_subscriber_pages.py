"""The pages of subscribers: who they are, how many, their lists and tags, and imports."""

import re
from datetime import UTC, datetime
from html import unescape

from sqlalchemy import update

from core.contact import Contact
from core.person import Role
from infra.db.bot_tables import subscribers
from infra.db.imports import NewImport
from infra.db.web_tables import imports
from tests.api.people import join, join_many
from tests.api.web import Asker, Web

EVIL = "<script>alert('x')</script>"
SAFE = "&lt;script&gt;"
ADA = Contact(1, "Ada", "Lovelace", "ada", "en", "Europe/London", tags=("vip", "gold"))
TIM = Contact(2, "Tim", tags=("vip",), language="de", joined_at=datetime(2020, 1, 2, tzinfo=UTC))


async def test_without_any_the_page_says_what_to_do_first(web: Web) -> None:
    async with web.logged_in() as owner, web.logged_in(Role.VIEWER) as viewer:
        first, looked = await owner.get("/subscribers"), await viewer.get("/subscribers")
        counted = await owner.get("/subscribers/overview")
    assert "No subscribers yet" in first.text
    assert 'href="/subscribers/import"' in first.text
    assert "No subscribers yet" in looked.text
    assert "/subscribers/import" not in looked.text
    assert counted.status == 200


async def test_each_is_shown_and_counted_by_what_is_known_and_whether_they_are_reached(
    web: Web,
) -> None:
    await join(web, ADA, TIM, Contact(3, "Eva", language="en"), list_name="Spring")
    await web.office.subscribers.block(2)
    async with web.logged_in() as owner:
        page = (await owner.get("/subscribers")).text
        everybody = (await owner.get("/subscribers/overview")).text
        some = (await owner.get("/subscribers/overview?tag=vip")).text
        groups = (await owner.get("/subscribers/groups")).text
    for known in ("Ada Lovelace", "@ada", "Europe/London", 'href="?tag=gold"'):
        assert known in page
    ada, tim = page.index("Ada Lovelace"), page.index(">Tim<")
    assert "reached</span>" in page[ada:tim]
    assert "blocked</span>" in page[tim:]
    assert 'aria-label="2 reached, 0 stopped, 1 blocked, 0 gone"' in everybody
    assert 'aria-label="1 reached, 0 stopped, 1 blocked, 0 gone"' in some
    assert "language=en" in everybody
    assert "<html" not in everybody
    assert 'href="/subscribers?list=Spring"' in groups
    assert groups.index("tag=vip") < groups.index("tag=gold")  # most first


async def test_filters_stand_in_the_address(web: Web) -> None:
    await join(web, ADA, list_name="Spring & more")
    await join(web, TIM)
    await web.office.subscribers.block(2)
    async with web.logged_in() as owner:
        assert await _names(owner, "?list=Spring+%26+more") == {"Ada"}
        assert await _names(owner, "?tag=vip") == {"Ada", "Tim"}
        assert await _names(owner, "?tag=vip,gold") == {"Ada"}
        assert await _names(owner, "?any_tag=gold,none") == {"Ada"}
        assert await _names(owner, "?tag=vip&without_tag=gold") == {"Tim"}
        assert await _names(owner, "?language=de") == {"Tim"}
        assert await _names(owner, "?joined_until=2020-01-02") == {"Tim"}
        assert await _names(owner, "?tag=vip&reached=true") == {"Ada"}
        assert await _names(owner, "?tag=nobody+has+it") == set()
        kept = (await owner.get("/subscribers?tag=vip&language=en")).text
    assert 'href="?language=en"' in kept  # without the tag
    assert 'href="/broadcasts/new?tag=vip&amp;language=en"' in kept


async def test_a_filter_that_means_nothing_is_told_and_lists_nobody(web: Web) -> None:
    await join(web, ADA)
    async with web.logged_in() as owner:
        wrong = {
            "?joined_since=soon": "joined_since",
            "?list=none": "there is no list",
            "?tag=a&without_tag=a": "without_tags",
        }
        for query, told in wrong.items():
            page = await owner.get(f"/subscribers{query}")
            assert (page.status, told in page.text, "Ada" in page.text) == (200, True, False)
            assert (await owner.get(f"/subscribers/overview{query}")).status == 200


async def test_pages_follow_each_other_to_the_last(web: Web) -> None:
    await join_many(web, 60)
    seen: list[str] = []
    path = "/subscribers"
    async with web.logged_in() as owner:
        while path:
            page = unescape((await owner.get(path)).text)
            seen += re.findall(r'fw-medium">([^<]*)<', page)
            following = re.search(r'href="(\?[^"]*after=[0-9]+)"', page)
            path = f"/subscribers{following[1]}" if following else ""
    assert seen == [f"N{number}" for number in range(1, 61)]


async def test_who_only_looks_cannot_change_lists(web: Web) -> None:
    await join(web, ADA, list_name="Spring")
    async with web.logged_in() as owner, web.logged_in(Role.VIEWER) as viewer:
        groups = (await owner.get("/subscribers/groups")).text
        looked = (await viewer.get("/subscribers/groups")).text
    for deed in ('hx-post="/api/v1/lists"', "hx-patch=", "hx-delete="):
        assert deed in groups
        assert deed not in looked


async def test_nothing_of_a_subscriber_is_taken_for_markup(web: Web) -> None:
    evil = Contact(1, f"F{EVIL}", f"L{EVIL}", f"U{EVIL}", tags=(f"t{EVIL}".lower(),))
    await join(web, evil, list_name=f"S{EVIL}")
    await _imported(web, f"N{EVIL}.csv", f"B{EVIL}")
    async with web.logged_in() as owner:
        texts = [
            (await owner.get(f"/subscribers{path}")).text
            for path in ("", "/groups", "/overview", "/imports", "/import", f"?tag=Q{EVIL}")
        ]
    for text in texts:
        assert EVIL not in text
        assert "<script>alert" not in text
    for letter in "FLU":
        assert f"{letter}{SAFE}" in texts[0]
    for letter in "NB":
        assert f"{letter}{SAFE}" in texts[3]


async def test_imports_are_shown_with_how_far_they_are_and_what_was_wrong(web: Web) -> None:
    async with web.logged_in() as owner, web.logged_in(Role.VIEWER) as viewer:
        form = (await owner.get("/subscribers/import")).text
        looked = (await viewer.get("/subscribers/import")).text
        await web.office.imports.create(NewImport("a.csv", "stored", 200, "", ("x",), None))
        held = await web.office.imports.take()
        assert held is not None
        rejects = [{"line": 7, "problem": "id: is no number"}]
        counts = {"bytes_read": 50, "rows": 12, "new": 11, "bad": 1}
        held = await web.office.imports.note(held, counts, rejects)
        assert held is not None
        running = (await owner.get("/subscribers/imports")).text
        await web.office.imports.finish(held, counts | {"bytes_read": 200}, rejects)
        done = (await owner.get("/subscribers/imports")).text
    assert 'data-url="/api/v1/imports"' in form
    assert 'id="import"' not in looked
    assert "25 %" in running
    assert "every 1s" in running
    assert "11 new" in running
    assert "id: is no number" in running
    assert "every 1s" not in done
    assert f'href="/api/v1/imports/{held.work.id}/rejects.csv"' in done


async def test_another_bots_people_are_not_shown(web: Web) -> None:
    await join(web, ADA, list_name="Spring")
    async with web.office.database.writing() as connection:
        await connection.execute(update(subscribers).values(bot_id=43))
        await connection.execute(update(imports).values(bot_id=43))
    async with web.logged_in() as owner:
        assert "Ada" not in (await owner.get("/subscribers")).text
        assert "Ada" not in (await owner.get("/subscribers?list=Spring")).text


async def _imported(web: Web, name: str, problem: str) -> None:
    await web.office.imports.create(NewImport(name, "stored", 10, "", (), None))
    held = await web.office.imports.take()
    assert held is not None
    await web.office.imports.finish(held, {"rows": 1, "bad": 1}, [{"line": 2, "problem": problem}])


async def _names(asker: Asker, query: str) -> set[str]:
    page = (await asker.get(f"/subscribers{query}")).text
    return {name for name in ("Ada", "Tim") if f'fw-medium">{name}' in page}
