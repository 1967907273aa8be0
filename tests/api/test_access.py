"""Nothing is open: every route that there is, asked by everybody who may not.

Routes are found in the application itself: one that is added is covered from then on.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from apps.api.access import (
    COOKIE,
    CSRF_HEADER,
    SAFE,
    Guarded,
    administers,
    guards_of,
    is_person,
)
from apps.api.app import make_app
from apps.api.pages.errors import DOCS
from core.person import Role
from core.scope import Scope
from tests.api.web import Answer, Asker, Web

OPEN = {
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/login/{code}"),
    ("POST", "/login/{code}"),
}
OPEN_FOLDERS = {"/static"}
OF_ONES_OWN = {
    ("PATCH", "/api/v1/me"),
    ("DELETE", "/api/v1/me/sessions"),
    ("DELETE", "/api/v1/me/sessions/{session_id}"),
    ("POST", "/logout"),
}
"""What every person may change, whatever the role."""

CHANGES_NOTHING = {("POST", "/api/v1/preflight")}
"""A POST only because it takes so much."""

FOR_OWNERS = ("/api/v1/keys", "/api/v1/people")
NO_SUCH = 987_654
BROKEN = {"data": b"{", "headers": {"Content-Type": "application/json"}}
"""A body that would be refused if anybody looked at it."""


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    route: APIRoute

    @property
    def url(self) -> str:
        parts = [str(NO_SUCH) if part.startswith("{") else part for part in self.path.split("/")]
        return "/".join(parts)

    @property
    def is_page(self) -> bool:
        return not self.path.startswith(("/api/", "/metrics")) or self.path == DOCS

    @property
    def is_safe(self) -> bool:
        return self.method in SAFE

    @property
    def is_for_owners(self) -> bool:
        return administers in guards_of(self.route.dependant)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def asked_of(app: FastAPI) -> Iterator[Asked]:
    for each in iter_route_contexts(app.routes):
        route = each.original_route
        if not isinstance(route, APIRoute):
            assert each.path in OPEN_FOLDERS, f"{each.path} is open"
            continue
        for method in route.methods or ():
            if (method, each.path) not in OPEN:
                yield Asked(method, str(each.path), route)


ROUTES = sorted(asked_of(make_app()), key=str)
UNSAFE = [each for each in ROUTES if not each.is_safe]
CHANGING = [each for each in UNSAFE if (each.method, each.path) not in CHANGES_NOTHING]
API = [each for each in ROUTES if not each.is_page]
PAGES = [each for each in ROUTES if each.is_page]


def unless(wrong: list[str]) -> None:
    assert not wrong, "\n".join(wrong)


async def all_answer(
    asker: Asker, routes: list[Asked], status: int, code: str = "", **options: Any
) -> None:
    """Each with this status, and a problem of this code; told of all that do not."""
    wrong = []
    for each in routes:
        given = BROKEN | options if not each.is_safe else options
        headers = {**given.get("headers", {}), **options.get("headers", {})}
        answer = await asker.ask(each.method, each.url, **{**given, "headers": headers})
        if answer.status != status or (not each.is_page and code not in type_of(answer)):
            wrong.append(f"{each}: {answer.status} {answer.text[:80]}")
    unless(wrong)


def type_of(answer: Answer) -> str:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return str(answer.json["type"])


def test_every_route_asks_who_it_is() -> None:
    unless([str(each) for each in ROUTES if not any(guards_of(each.route.dependant))])
    assert {"/api/v1/me", "/api/v1/keys", "/"} <= {each.path for each in ROUTES}
    assert OPEN.isdisjoint({(each.method, each.path) for each in ROUTES})


async def test_what_is_open_is_there() -> None:
    contexts = list(iter_route_contexts(make_app().routes))
    found = {(method, each.path) for each in contexts for method in each.methods or ()}
    assert found >= OPEN
    assert {(each.method, each.path) for each in ROUTES} >= OF_ONES_OWN


def test_a_route_that_changes_something_looks_at_its_caller_before_the_body() -> None:
    unguarded = [each for each in UNSAFE if not isinstance(each.route, Guarded)]
    assert [str(each) for each in unguarded] == ["POST /logout"]  # which has no body


def test_keys_and_people_are_for_owners() -> None:
    owners = [each for each in ROUTES if each.path.startswith(FOR_OWNERS)]
    assert len(owners) >= 9
    unless([str(each) for each in owners if not each.is_for_owners])


def test_a_viewer_changes_nothing_but_what_is_their_own() -> None:
    own = {(each.method, each.path) for each in CHANGING if is_person in guards(each)}
    assert own == OF_ONES_OWN - {("POST", "/logout")}


def guards(asked: Asked) -> set[Any]:
    return set(guards_of(asked.route.dependant))


async def test_without_a_key_it_is_401_and_a_page_goes_to_the_login(web: Web) -> None:
    async with web.nobody() as nobody:
        await all_answer(nobody, API, 401, "unauthenticated")
        await all_answer(nobody, PAGES, 303)
        page = await nobody.get("/settings?tab=keys")
        assert page.headers["Location"] == "/login?next=/settings%3Ftab%3Dkeys"
        wrong = []
        for each in PAGES[::3]:
            part = await nobody.ask(each.method, each.url, headers={"HX-Request": "true"})
            if (part.status, part.headers.get("HX-Redirect")) != (401, "/login"):
                wrong.append(f"{each}: {part.status}")
        unless(wrong)
        there = {"HX-Request": "true", "HX-Current-URL": f"{web.url}/queue?state=sent"}
        part = await nobody.get(PAGES[0].url, headers=there)
        assert part.headers["HX-Redirect"] == "/login?next=/queue%3Fstate%3Dsent"
        odd = await nobody.get(PAGES[0].url, headers={**there, "HX-Current-URL": "http://["})
        assert odd.headers["HX-Redirect"] == "/login"


@pytest.mark.parametrize("kind", ["unknown", "revoked", "basic", "empty", "long"])
async def test_with_a_key_that_is_none_it_is_401(web: Web, kind: str) -> None:
    made, revoked = await web.office.keys.make("gone", Scope.ADMIN, None)
    await web.office.keys.revoke(made.id)
    told = {
        "unknown": f"Bearer ab_{'x' * 43}",
        "revoked": f"Bearer {revoked}",
        "basic": "Basic YWRhOnBhc3N3b3Jk",
        "empty": "Bearer ",
        "long": f"Bearer {'ÿ' * 4_000}",
    }
    async with Asker(web.url, {"Authorization": told[kind]}) as asker:
        some = API[::4] if kind == "revoked" else API[::20]
        await all_answer(asker, some, 401, "unauthenticated")
        answer = await asker.get("/api/v1/me")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert revoked not in answer.text


async def test_a_bad_key_is_not_made_good_by_a_session(web: Web) -> None:
    async with web.logged_in() as owner:
        refused = await owner.get("/api/v1/me", headers={"Authorization": "Bearer ab_none"})
        assert refused.status == 401


async def test_with_a_token_that_is_none_it_is_401(web: Web) -> None:
    async with web.nobody() as nobody:
        for token in ("x", "", "x" * 4_000, '"\\000"'):
            cookie = {"Cookie": f"{COOKIE}={token}"}
            assert (await nobody.get("/api/v1/me", headers=cookie)).status == 401
            assert (await nobody.get("/", headers=cookie)).status == 303


async def test_a_key_to_read_changes_nothing(web: Web) -> None:
    """It is told so before anybody looks at the body."""
    async with web.with_key(Scope.READ) as asker:
        await all_answer(asker, CHANGING, 403, "forbidden")
        await all_answer(asker, [each for each in ROUTES if each.is_for_owners], 403, "forbidden")


async def test_a_key_to_write_administers_nothing(web: Web) -> None:
    async with web.with_key(Scope.WRITE) as asker:
        await all_answer(asker, [each for each in ROUTES if each.is_for_owners], 403, "forbidden")


async def test_a_key_opens_no_page(web: Web) -> None:
    async with web.with_key(Scope.ADMIN) as asker:
        pages = [each for each in PAGES if each.path != DOCS]
        await all_answer(asker, pages, 403)


async def test_a_viewer_is_refused_whatever_changes_something(web: Web) -> None:
    async with web.logged_in(Role.VIEWER) as viewer:
        others = [each for each in CHANGING if (each.method, each.path) not in OF_ONES_OWN]
        await all_answer(viewer, others, 403, "forbidden")


async def test_an_editor_is_refused_what_is_for_owners(web: Web) -> None:
    async with web.logged_in(Role.EDITOR) as editor:
        await all_answer(editor, [each for each in ROUTES if each.is_for_owners], 403, "forbidden")


@asynccontextmanager
async def from_elsewhere(web: Web) -> AsyncIterator[list[Asker]]:
    """An owner's browser, asked by a page that is not ours."""
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(web.logged_in())
        stranger = await stack.enter_async_context(web.logged_in(name="other"))
        token = next(iter(owner.session.cookie_jar)).value
        told = [
            {},
            {CSRF_HEADER: ""},
            {CSRF_HEADER: "ÿ"},
            {CSRF_HEADER: stranger.csrf},
            {CSRF_HEADER: owner.csrf, "Origin": "https://evil.example"},
            {CSRF_HEADER: owner.csrf, "Origin": "null"},
            {CSRF_HEADER: owner.csrf, "Origin": "http://["},
            {CSRF_HEADER: owner.csrf, "Sec-Fetch-Site": "cross-site"},
            {CSRF_HEADER: owner.csrf, "Sec-Fetch-Site": "same-site"},
        ]
        cookie = {"Cookie": f"{COOKIE}={token}"}
        yield [await stack.enter_async_context(Asker(web.url, cookie | each)) for each in told]


async def test_a_session_is_no_leave_for_another_sites_page(web: Web) -> None:
    async with from_elsewhere(web) as askers:
        for number, asker in enumerate(askers):
            await all_answer(asker, UNSAFE if number == 0 else UNSAFE[::15], 403, "csrf")


async def test_who_may_do_so_is_let_through(web: Web) -> None:
    """Or the tests above would hold for a web that refuses everything."""
    async with web.logged_in() as owner, web.with_key(Scope.ADMIN) as asker:
        wrong = []
        for each in UNSAFE[::3]:
            if each.path == "/logout":
                continue
            for some in (owner, asker):
                answer = await some.ask(each.method, each.url, **BROKEN)
                refused = answer.status in (401, 403) or answer.status >= 500
                if refused and not (some is asker and is_person in guards(each)):
                    wrong.append(f"{each}: {answer.status} {answer.text[:80]}")
        unless(wrong)
        assert (await owner.get("/api/v1/me")).json["role"] == "owner"


async def test_a_route_that_is_added_is_covered() -> None:
    app = make_app()

    @app.get("/api/v1/new")
    async def new() -> None: ...

    added = [each for each in asked_of(app) if each not in ROUTES and each.path == "/api/v1/new"]
    assert [any(guards_of(each.route.dependant)) for each in added] == [False]


async def test_answers_tell_browsers_to_do_no_more_with_them(web: Web) -> None:
    async with web.logged_in() as owner, web.nobody() as nobody:
        for answer in (await owner.get("/"), await nobody.get("/login"), await nobody.get("/x")):
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert answer.headers["Cache-Control"] == "no-store"


async def test_a_body_that_is_too_long_is_refused(web: Web) -> None:
    async with web.with_key(Scope.ADMIN) as asker:
        headers = {"Content-Type": "application/json"}
        answer = await asker.ask("POST", "/api/v1/keys", data=b"x" * 1_000_001, headers=headers)
        assert answer.status == 413
