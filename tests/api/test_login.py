"""Logging in: by name and password, by a link, and how often one may try."""

import asyncio
import re
import shutil
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from apps.api.access import COOKIE
from apps.api.doorkeeper import OF_A_NAME, OF_AN_ADDRESS
from core.errors import InvalidInput
from core.person import Role
from infra import passwords
from infra.db.login_failures import WINDOW_S, Limit, LoginFailures
from infra.db.login_links import VALID_S
from infra.db.moments import from_now
from infra.db.sessions import LASTS_S
from infra.db.web_tables import login_failures, login_links, sessions
from tests.api.web import BOT_ID, Answer, Asker, Web, serving, settings_for

PASSWORD = "four words and more"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same function with parameters that take a thousandth of the time."""
    monkeypatch.setattr(passwords, "HASHER", QUICK)
    passwords._nobodys.cache_clear()


async def known(web: Web, name: str = "ada", role: Role = Role.EDITOR) -> int:
    account = await web.office.accounts.create(name, role)
    await web.office.accounts.set_password_hash(account.id, passwords.hashed(PASSWORD))
    return account.id


async def log_in(
    asker: Asker, name: str = "ada", password: str = PASSWORD, to: str = "/", **headers: str
) -> Answer:
    form = {"name": name, "password": password, "next": to}
    return await asker.post("/login", data=form, headers=headers)


def cookie_of(answer: Answer) -> Any:
    return SimpleCookie(answer.headers["Set-Cookie"])[COOKIE]


async def move(web: Web, table: Any, seconds: float, column: str = "at") -> None:
    async with web.office.database.writing() as connection:
        await connection.execute(update(table).values({column: from_now(seconds)}))


async def test_a_name_and_its_password_let_in(web: Web) -> None:
    await known(web)
    async with web.nobody() as asker:
        answer = await log_in(asker, " Ada ", to="/settings?tab=you")
        assert (answer.status, answer.headers["Location"]) == (303, "/settings?tab=you")
        cookie = cookie_of(answer)
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/")
        assert (cookie["secure"], int(cookie["max-age"])) == ("", LASTS_S)
        assert (await asker.get("/api/v1/me")).json["name"] == "ada"


async def test_over_https_the_cookie_is_for_https_alone(web: Web) -> None:
    web.office.settings = web.office.settings.model_copy(update={"api_url": "https://bot.example"})
    await known(web)
    async with web.nobody() as asker:
        assert cookie_of(await log_in(asker))["secure"]


@pytest.mark.parametrize(
    "to",
    [
        *("//evil.example", "/\\evil.example", "https://evil.example", "evil.example", ""),
        *("/\t/evil.example", "/a\r\nSet-Cookie: x=1", "javascript:alert(1)", "\\\\evil.example"),
    ],
)
async def test_afterwards_it_goes_to_pages_of_ours_alone(web: Web, to: str) -> None:
    await known(web)
    async with web.nobody() as asker:
        assert (await log_in(asker, to=to)).headers["Location"] == "/"
        form = await asker.get("/login", params={"next": to})
        assert 'name="next" value="/"' in form.text


async def test_wrong_and_unknown_are_told_alike_and_cost_alike(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut_out = await known(web, "grace")
    await known(web)
    await web.office.accounts.create("nopassword", Role.VIEWER)
    await web.office.accounts.create("boss", Role.OWNER)
    await web.office.account_admin.disable(shut_out)
    verified: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, password_hash: str, password: bytes) -> bool:
        verified.append(password_hash)
        return verify(self, password_hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    tries = [("ada", "wrong password"), ("nobody", PASSWORD), ("nopassword", PASSWORD)]
    tries += [("grace", PASSWORD), ("\x00'; --", PASSWORD), ("ada", "x" * 2_000), ("ada", "")]
    told = set()
    async with web.nobody() as asker:
        for name, password in tries:
            answer = await log_in(asker, name, password)
            assert (answer.status, COOKIE in str(answer.headers)) == (401, False)
            told.add(re.sub(r'value="[^"]*"', "", answer.text).replace("autofocus", ""))
    assert len({" ".join(text.split()) for text in told}) == 1
    assert len(verified) == len(tries)
    assert {each.rpartition("$")[0].rpartition("$")[0] for each in verified} == {
        "$argon2id$v=19$m=8,t=1,p=1"
    }


async def test_after_five_failures_a_name_has_to_wait(web: Web) -> None:
    await known(web)
    async with web.nobody() as asker:
        for _ in range(OF_A_NAME):
            assert (await log_in(asker, password="wrong password")).status == 401
        refused = await log_in(asker)
        assert refused.status == 429
        assert WINDOW_S - 60 < int(refused.headers["Retry-After"]) <= WINDOW_S
        assert "min" in refused.text
        assert "datetime=" in refused.text
        # Another name may go on, and the first once the failures are old enough.
        assert (await log_in(asker, "other")).status == 401
        await move(web, login_failures, 1 - WINDOW_S)
        still = await log_in(asker)
        assert (still.status, int(still.headers["Retry-After"])) == (429, 1)
        await move(web, login_failures, -WINDOW_S)
        assert (await log_in(asker)).status == 303


async def test_a_success_forgets_the_names_failures_but_not_the_addresss(web: Web) -> None:
    await known(web)
    async with web.nobody() as asker:
        for _ in range(3):
            for _ in range(OF_A_NAME - 1):
                assert (await log_in(asker, password="wrong password")).status == 401
            assert (await log_in(asker)).status == 303
    async with web.office.database.reading() as connection:
        kept = await connection.scalars(select(login_failures.c.subject))
        assert set(kept) == {"address:127.0.0.1"}


async def test_an_address_has_to_wait_after_twenty_whatever_the_names(web: Web) -> None:
    await known(web)
    async with web.nobody() as asker:
        for number in range(OF_AN_ADDRESS):
            assert (await log_in(asker, f"n{number}")).status == 401
        assert (await log_in(asker)).status == 429
        # A link does not count: nobody guesses 256 bits.
        code = await web.office.login_links.make(await known(web, "grace"))
        assert (await asker.post(f"/login/{code}")).status == 303


@pytest.mark.parametrize(
    ("trusted", "counted"), [("127.0.0.1", "203.0.113.9"), ("192.0.2.7", "127.0.0.1")]
)
async def test_only_a_trusted_web_server_is_believed_whom_it_speaks_for(
    tmp_path: Path, empty_ledger: Path, redis_url: str, trusted: str, counted: str
) -> None:
    file = shutil.copy(empty_ledger, tmp_path / "ledger.db")
    settings = settings_for(f"sqlite:///{file}", redis_url, api_trusted_proxies=trusted)
    async with serving(settings) as web, web.nobody() as asker:
        assert (await log_in(asker, **{"X-Forwarded-For": "203.0.113.9"})).status == 401
        async with web.office.database.reading() as connection:
            kept = set(await connection.scalars(select(login_failures.c.subject)))
    assert f"address:{counted}" in kept


async def test_of_many_tries_at_once_no_more_pass(web_on_either: Web) -> None:
    failures = LoginFailures(web_on_either.office.database, BOT_ID)
    tries = await asyncio.gather(*(failures.begin(Limit("name:x", 5)) for _ in range(20)))
    assert sum(each.until is None for each in tries) == 5
    [until] = {each.until for each in tries if each.until is not None}
    now = await web_on_either.office.database.now()
    assert timedelta(seconds=WINDOW_S - 30) < until - now <= timedelta(seconds=WINDOW_S)


async def test_a_hash_of_older_parameters_is_made_anew(web: Web) -> None:
    account_id = await known(web)
    older = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    await web.office.accounts.set_password_hash(account_id, older)
    async with web.nobody() as asker:
        assert (await log_in(asker)).status == 303
        renewed = await web.office.accounts.password_hash(account_id)
        assert renewed.startswith("$argon2id$v=19$m=8,t=1,p=1$")
        assert (await log_in(asker)).status == 303


def test_what_is_kept_of_a_password_is_as_rfc_9106_recommends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    kept = passwords.hashed("пароль из слов")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches(kept, "пароль из слов")
    assert not passwords.is_outdated(kept)


def test_a_password_is_the_same_however_it_is_composed() -> None:
    kept = passwords.hashed("cafe\u0301 cre\u0300me")
    assert passwords.matches(kept, "caf\u00e9 cr\u00e8me")
    assert not passwords.matches(kept, "cafe creme")
    assert not passwords.matches("", "nobody has this password")
    assert not passwords.matches("no hash", PASSWORD)


@pytest.mark.parametrize("password", ["", "nine char", "x" * 1_001, "\ud800" * 12])
def test_a_password_is_neither_too_short_nor_too_long(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        passwords.parse_password(password)
    assert password == "" or password not in str(refused.value)
    assert not passwords.matches(passwords.hashed(PASSWORD), password)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
async def test_another_sites_form_logs_nobody_in(web: Web, headers: dict[str, str]) -> None:
    code = await web.office.login_links.make(await known(web))
    async with web.nobody() as asker:
        assert (await log_in(asker, **headers)).status == 403
        assert (await asker.post(f"/login/{code}", headers=headers)).status == 403
        assert (await log_in(asker, Origin=web.url)).status == 303
        assert (await asker.post(f"/login/{code}")).status == 303


async def test_a_token_is_never_taken_from_the_browser(web: Web) -> None:
    """Who has put a token there before does not share the session afterwards."""
    await known(web)
    async with web.nobody() as asker:
        planted = {"Cookie": f"{COOKIE}=planted"}
        answer = await log_in(asker, **planted)
        assert cookie_of(answer).value != "planted"
    async with web.nobody() as other:
        assert (await other.get("/api/v1/me", headers=planted)).status == 401


async def test_who_logs_in_anew_leaves_the_session_before(web: Web) -> None:
    await known(web)
    async with web.nobody() as asker, web.nobody() as thief:
        stolen = cookie_of(await log_in(asker)).value
        cookie = {"Cookie": f"{COOKIE}={stolen}"}
        assert (await thief.get("/api/v1/me", headers=cookie)).status == 200
        assert (await log_in(asker)).status == 303
        assert (await thief.get("/api/v1/me", headers=cookie)).status == 401


async def test_a_link_is_used_once_and_not_by_looking_at_it(web: Web) -> None:
    code = await web.office.login_links.make(await known(web))
    async with web.nobody() as asker:
        for _ in range(2):
            looked = await asker.get(f"/login/{code}")
            assert (looked.status, "Set-Cookie" in looked.headers) == (200, False)
        both = await asyncio.gather(*(asker.post(f"/login/{code}") for _ in range(2)))
        assert sorted(each.status for each in both) == [303, 410]
        assert (await asker.get(f"/login/{code}")).status == 410
        assert (await asker.post("/login/unknown")).status == 410


async def test_a_link_ends_with_its_time_with_the_next_one_and_with_its_account(web: Web) -> None:
    await web.office.accounts.create("boss", Role.OWNER)
    account_id = await known(web)
    links = web.office.login_links
    first, second = await links.make(account_id), await links.make(account_id)
    assert (await links.is_good(first), await links.is_good(second)) == (False, True)
    await move(web, login_links, VALID_S - VALID_S - 1, "expires_at")
    assert await links.use(second) is None
    third = await links.make(account_id)
    await web.office.account_admin.disable(account_id)
    assert await links.use(third) is None
    forced = await links.make(account_id)
    assert await links.use(forced) is None


async def test_a_session_ends_with_its_time(web: Web) -> None:
    async with web.logged_in() as owner:
        assert (await owner.get("/")).status == 200
        await move(web, sessions, -1, "expires_at")
        over = await owner.get("/channels?x=1")
        assert (over.status, over.headers["Location"]) == (303, "/login?next=/channels%3Fx%3D1")
        assert (await owner.get("/api/v1/me")).status == 401


async def test_who_logs_out_is_out(web: Web) -> None:
    async with web.logged_in() as owner, web.nobody() as thief:
        token = next(iter(owner.session.cookie_jar)).value
        left = await owner.post("/logout")
        assert (left.status, left.headers["HX-Redirect"]) == (200, "/login")
        cookie = {"Cookie": f"{COOKIE}={token}"}
        assert (await thief.get("/", headers=cookie)).status == 303
    async with web.office.database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(sessions)) == 0
