"""The pages of broadcasts: how far each is, what can be done with it, and a new one."""

from datetime import timedelta

from core.contact import Contact
from core.person import Role
from core.scope import Scope
from infra.db.breaker import Breaker
from tests.api.people import drafted, end, join, join_many, of_another_bot
from tests.api.web import Asker, Web

EVIL = "<script>alert('x')</script>"
SAFE = "&lt;script&gt;"


async def test_without_any_the_page_says_what_to_do_first(web: Web) -> None:
    async with web.logged_in(Role.OWNER) as owner, web.logged_in(Role.VIEWER) as viewer:
        first, looked = await owner.get("/broadcasts"), await viewer.get("/broadcasts")
    assert "No broadcasts yet" in first.text
    assert 'href="/broadcasts/new"' in first.text
    assert "No broadcasts yet" in looked.text
    assert "/broadcasts/new" not in looked.text


async def test_a_broadcast_is_shown_with_its_counts_and_its_reasons(web: Web) -> None:
    await join_many(web, 8)
    async with web.with_key(Scope.WRITE) as api, web.logged_in() as owner:
        broadcast_id = await drafted(api, name="Spring sale", start=True)
        await end(web, broadcast_id, "sent", None, ["1", "2", "3", "4", "5"])
        await end(web, broadcast_id, "failed", "blocked", ["6"])
        listed = await owner.get("/broadcasts")
        shown = await owner.get(f"/broadcasts/{broadcast_id}")
        part = await owner.get(f"/broadcasts/{broadcast_id}/progress")
    assert "Spring sale" in listed.text
    assert "5 sent" in listed.text
    assert "1 failed" in listed.text
    assert "of 8" in listed.text
    for told in (shown.text, part.text):
        assert "75 %" in told
        assert "6 of 8 people" in told
        assert "said blocked" in told
    assert "<html" not in part.text


async def test_each_state_has_the_buttons_that_it_allows(web: Web) -> None:
    await join_many(web, 2)
    async with web.with_key(Scope.WRITE) as api, web.logged_in() as owner:
        broadcast_id = await drafted(api)
        assert await _buttons(owner, broadcast_id) == {"start", "cancel"}
        later = web.office.now() + timedelta(days=1)
        await api.post(f"/api/v1/broadcasts/{broadcast_id}/start", {"at": later.isoformat()})
        assert await _buttons(owner, broadcast_id) == {"move", "pause", "cancel"}
        await api.post(f"/api/v1/broadcasts/{broadcast_id}/move", {})
        assert await _buttons(owner, broadcast_id) == {"pause", "cancel"}
        await api.post(f"/api/v1/broadcasts/{broadcast_id}/pause", {})
        assert await _buttons(owner, broadcast_id) == {"resume", "cancel"}
        await api.post(f"/api/v1/broadcasts/{broadcast_id}/cancel", {})
        assert await _buttons(owner, broadcast_id) == set()


async def test_who_failed_can_be_tried_again_once_it_is_over(web: Web) -> None:
    await join_many(web, 2)
    async with web.with_key(Scope.WRITE) as api, web.logged_in() as owner:
        broadcast_id = await drafted(api, start=True)
        await end(web, broadcast_id, "failed", "http 502")
        await web.office.ledger.broadcast_ends.complete()
        assert await _buttons(owner, broadcast_id) == {"retry"}


async def test_who_only_looks_sees_no_buttons(web: Web) -> None:
    await join_many(web, 2)
    async with web.with_key(Scope.WRITE) as api, web.logged_in(Role.VIEWER) as viewer:
        broadcast_id = await drafted(api)
        assert await _buttons(viewer, broadcast_id) == set()
        shown = await viewer.get(f"/broadcasts/{broadcast_id}")
        new = await viewer.get("/broadcasts/new")
    assert "hx-post" not in shown.text.partition('id="content"')[2]
    assert "You may only look" in new.text
    assert "<textarea" not in new.text


async def test_nothing_of_a_broadcast_is_taken_for_markup(web: Web) -> None:
    await join(web, Contact(1, first_name=EVIL), list_name=EVIL)
    async with web.with_key(Scope.WRITE) as api, web.logged_in() as owner:
        changes = {"name": f"N{EVIL}", "text": f"T{EVIL}", "audience": {"list": EVIL}}
        broadcast_id = await drafted(api, **changes, start=True)
        await end(web, broadcast_id, "failed", f"R{EVIL}")
        shown = await owner.get(f"/broadcasts/{broadcast_id}")
        paths = (
            "/broadcasts",
            f"/broadcasts/new?from={broadcast_id}",
            f"/broadcasts/plan?tag={EVIL}",
        )
        texts = [shown.text, *[(await owner.get(path)).text for path in paths]]
    for letter in "NTR":
        assert f"{letter}{SAFE}" in shown.text
    for text in texts:
        assert EVIL not in text
        assert "<script>alert" not in text


async def test_another_bots_and_those_that_there_are_not_are_not_found(web: Web) -> None:
    await join_many(web, 1)
    async with web.with_key(Scope.WRITE) as api, web.logged_in() as owner:
        broadcast_id = await drafted(api)
        await of_another_bot(web, broadcast_id)
        for wrong in (broadcast_id, 999, 0, -1, 2**63):
            for path in (f"/broadcasts/{wrong}", f"/broadcasts/{wrong}/progress"):
                assert (await owner.get(path)).status == 404, path
            assert (await owner.get(f"/broadcasts/new?from={wrong}")).status == 404
        assert "No broadcasts yet" in (await owner.get("/broadcasts")).text


async def test_the_plan_counts_who_is_reached_and_tells_the_price(web: Web) -> None:
    await join_many(web, 301)
    await web.office.subscribers.block(1)
    async with web.logged_in() as owner:
        everybody = await owner.get("/broadcasts/plan")
        paid = await owner.get("/broadcasts/plan?paid=true")
        nobody = await owner.get("/broadcasts/plan?language=de")
        unclear = await owner.get("/broadcasts/plan?joined_since=soon")
        gone = await owner.get("/broadcasts/plan?list=none")
    assert 'data-people="300"' in everybody.text
    assert "about 10 s" in everybody.text
    assert "at most 30 Stars" in paid.text
    assert "Nobody fits" in nobody.text
    assert "joined_since" in unclear.text
    assert "there is no list" in gone.text


async def test_the_form_begins_with_what_another_one_said(web: Web) -> None:
    await join_many(web, 1)
    async with web.with_key(Scope.WRITE) as api, web.logged_in() as owner:
        audience = {"tags": ["vip", "gold"], "joined_until": "2030-05-06"}
        broadcast_id = await drafted(api, text="Hello again", audience=audience)
        new = await owner.get(f"/broadcasts/new?from={broadcast_id}")
    assert "Hello again</textarea>" in new.text
    assert 'value="vip, gold"' in new.text
    assert 'value="2030-05-06"' in new.text


async def test_one_that_paused_itself_says_why_in_plain_words(web: Web) -> None:
    await join_many(web, 3)
    async with web.with_key(Scope.WRITE) as api, web.logged_in() as owner:
        broadcast_id = await drafted(api, start=True, errors_in_a_row=2)
        await end(web, broadcast_id, "failed", "no such tag", ["1", "2"])
        await Breaker(web.office.database).look(broadcast_id, "no such tag")
        shown = await owner.get(f"/broadcasts/{broadcast_id}")
    assert "It paused itself after 2 errors in a row" in shown.text
    assert "no such tag" in shown.text


async def _buttons(asker: Asker, broadcast_id: int) -> set[str]:
    """What the buttons would ask for."""
    text = (await asker.get(f"/broadcasts/{broadcast_id}")).text
    return {part.partition('"')[0] for part in text.split('id="do-')[1:]}
