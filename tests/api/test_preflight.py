"""Before a message is written everything that is wrong with it is told, and how it will look."""

import time
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update

from apps.api.composing.content_concerns import of_content
from apps.api.schemas.preflight import SOURCE_CHARACTERS
from apps.api.shown.preview import preview_html
from apps.api.shown.shown_message import shown
from core.channel import Facts
from core.channel_rights import Right
from core.entities import EntityError, Parsed, clean, parse
from core.person import Role
from core.recurrence import Recurrence
from core.recurring_message import Missed
from core.scope import Scope
from infra.celery.requests import message_request
from infra.db.bot_tables import people
from infra.db.moments import utc_now
from infra.db.tables import chats, messages, series
from infra.db.web_tables import accounts
from tests.api.web import BOT_ID, Asker, Web

PATH = "/api/v1/preflight"
BERLIN = "Europe/Berlin"
NEWS = "-1001"
BOUND_S = 5.0
"""Far more than it takes on a busy machine; what is guarded against takes seconds to minutes."""


async def told(api: Asker, **asked: Any) -> Any:
    answer = await api.post(PATH, {"chat_id": "@news", "text": "hello", **asked})
    assert answer.status == 200, answer.text
    return answer.json


def fields(answer: Any) -> list[str]:
    return [each["field"] for each in answer["problems"]]


def codes(answer: Any) -> list[str]:
    return [each["code"] for each in answer["warnings"]]


async def test_what_is_right_is_shown_as_telegram_shows_it(api: Asker) -> None:
    answer = await told(
        api,
        text="<b>Hi</b> <a href='https://e.org/?a=1&amp;b=2'>there</a> &lt;3",
        parse_mode="HTML",
        reply_markup={"inline_keyboard": [[{"text": "Go", "url": "e.org"}]]},
        disable_notification=True,
    )
    assert answer["problems"] == []
    preview = answer["preview"]
    assert preview["html"].startswith('<b>Hi</b> <a href="https://e.org/?a=1&amp;b=2" ')
    assert 'rel="noopener noreferrer nofollow">there</a> &lt;3' in preview["html"]
    assert preview["buttons"] == [[{"text": "Go", "url": "http://e.org/", "does": "url"}]]
    assert preview["link"] == "https://e.org/?a=1&b=2"
    assert preview["silent"]
    assert (answer["length"], answer["limit"]) == (len("Hi there <3"), 4096)
    assert answer["at"] is None


async def test_nothing_is_written(web: Web, api: Asker) -> None:
    await told(api, repeat="every day at 9:00")
    await told(api, at="tomorrow 9:00")
    async with web.office.database.reading() as connection:
        for table in (messages, series):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0


async def test_every_problem_is_told_at_once(api: Asker) -> None:
    bad = {"text": "x", "url": "javascript:alert(1)"}
    answer = await told(
        api,
        chat_id=None,
        chat_ids=["@news", "no chat", 0],
        text="<b>open",
        parse_mode="HTML",
        reply_markup={"inline_keyboard": [[bad, {"text": "y"}], [bad]]},
        disable_notification="yes",
        zone="Europe/Berln",
        at="when pigs fly",
        repeat="now and then",
        expires_at="2001-01-01T00:00Z",
        on_uncertain="pray",
        nonsense=1,
    )
    assert sorted(fields(answer)) == [
        "at",
        "chat_ids[1]",
        "chat_ids[2]",
        "disable_notification",
        "expires_at",
        "expires_at",
        "nonsense",
        "on_uncertain",
        "repeat",
        "reply_markup.inline_keyboard[0][0].url",
        "reply_markup.inline_keyboard[0][1]",
        "reply_markup.inline_keyboard[1][0].url",
        "text",
        "zone",
    ]
    remedies = {each["field"]: each["remedy"] for each in answer["problems"]}
    assert remedies["zone"].startswith("did you mean Europe/Berlin")
    assert remedies["text"].startswith("write &lt;")
    assert answer["preview"]["html"] == "&lt;b&gt;open"


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"text": ""}, "text"),
    ({"text": None}, "text"),
    ({"text": "a" * 4097}, "text"),
    ({"text": "a" * 1025, "photo": "https://example.org/a.jpg"}, "text"),
    ({"photo": "a", "video": "b"}, "video"),
    ({"media": [{"type": "photo", "media": "https://example.org/a.jpg"}]}, "media"),
    ({"chat_id": None}, "chat_id"),
    ({"text": "nul \0"}, "text"),
]


async def test_a_problem_names_its_field(api: Asker) -> None:
    for asked, field in FAULTS:
        assert field in fields(await told(api, **asked)), asked


async def test_a_time_is_read_as_it_is_meant(api: Asker) -> None:
    for typed in ("2030-01-07T09:00", "2030-01-07 09:00", "2030-01-07T08:00:00Z"):
        answer = await told(api, at=typed, zone=BERLIN)
        assert answer["problems"] == []
        assert answer["at"]["at"] == "2030-01-07T08:00:00Z"
        assert answer["at"]["words"] == "Mon 7 Jan 2030, 09:00 (Europe/Berlin, UTC+01:00)"


async def test_a_time_may_be_in_words_of_three_languages(api: Asker) -> None:
    for typed in ("tomorrow 9:00", "завтра в 9:00", "ertaga soat 9:00 da"):
        answer = await told(api, at=typed, zone=BERLIN)
        assert answer["problems"] == [], typed
        ahead = datetime.fromisoformat(answer["at"]["at"]) - datetime.now(UTC)
        assert timedelta(0) < ahead < timedelta(days=2)
        assert "09:00 (Europe/Berlin, UTC+0" in answer["at"]["words"]


async def test_an_unclear_time_is_offered_to_choose_from(api: Asker) -> None:
    answer = await told(api, at="tomorrow at 9", zone=BERLIN)
    hours = {each["words"].split(", ")[1][:5] for each in answer["choices"]}
    assert ("at" in fields(answer)) == bool(hours)
    answer = await told(api, at="03.04.2030 9:00", zone=BERLIN)
    assert len(answer["choices"]) in (0, 2)


async def test_a_recurrence_is_told_with_its_next_five_times(api: Asker) -> None:
    answer = await told(api, repeat="every weekday at 09:00", zone=BERLIN)
    assert answer["problems"] == []
    assert answer["repeat"]["words"] == "every weekday at 09:00"
    assert answer["repeat"]["rule"].startswith("FREQ=WEEKLY")
    times = [datetime.fromisoformat(each) for each in answer["repeat"]["next"]]
    assert len(times) == 5
    assert all(each > datetime.now(UTC) and each.weekday() < 5 for each in times)
    answer = await told(api, repeat="every day", zone=BERLIN)
    assert fields(answer) == ["repeat"]
    answer = await told(api, repeat="каждый день", at="2030-01-07T09:00", zone=BERLIN)
    assert answer["repeat"]["next"][0] == "2030-01-07T08:00:00Z"


async def test_what_may_not_be_meant_is_warned_of(web: Web) -> None:
    office = web.office
    channel = await office.channels.add(Facts(NEWS, "channel", "<i>News</i>", "News", 5))
    await office.channels.note_rights(channel.id, [Right.POST])
    async with office.database.writing() as connection:
        gone = {"bot_id": BOT_ID, "chat_id": "-1002", "unreachable": "kicked"}
        await connection.execute(insert(chats).values(**gone))
    async with web.with_key(Scope.READ) as api:
        rich = "a" * 3900 + " <a href='javascript:x'>l</a> https://example.org"
        answer = await told(api, chat_ids=[NEWS, "-1002"], text=rich, parse_mode="HTML")
    expected = {"no_rights", "unreachable", "near_limit", "link_dropped", "link_preview"}
    assert set(codes(answer)) == expected
    assert answer["warnings"][0]["text"].startswith("<i>News</i>: ")


async def test_another_post_at_that_time_is_warned_of(web_on_either: Web) -> None:
    office, at = web_on_either.office, datetime.now(UTC) + timedelta(hours=3)
    await office.channels.add(Facts(NEWS, "channel", "News", "News", 5))
    request = message_request(office.settings, "@news", "first", {}, "k", at)
    own = (await office.ledger.intake.schedule(request)).message.id
    async with web_on_either.with_key() as api:
        for minutes, near in ((9, True), (-9, True), (11, False)):
            moment = (at + timedelta(minutes=minutes)).isoformat()
            answer = await told(api, chat_id=NEWS, at=moment)
            assert ("neighbour" in codes(answer)) == near, answer
        now = at.isoformat()
        assert "neighbour" not in codes(await told(api, chat_id=NEWS, at=now, message_id=own))
        assert "neighbour" not in codes(await told(api, chat_id="@other", at=now))


async def test_so_is_the_next_time_of_what_recurs(web: Web, api: Asker) -> None:
    office = web.office
    starts = (datetime.now(UTC) + timedelta(days=2)).replace(second=0, microsecond=0, tzinfo=None)
    request = message_request(office.settings, "@news", "daily", {}, "k", None)
    await office.ledger.series.create(request, Recurrence("FREQ=DAILY", "UTC", starts), Missed.SEND)
    answer = await told(api, at=starts.replace(tzinfo=UTC).isoformat())
    assert "neighbour" in codes(answer)


async def test_quiet_hours_are_those_of_who_asks(web: Web) -> None:
    values = {"bot_id": BOT_ID, "user_id": 9, "joined_at": utc_now(), "role": Role.OWNER.value}
    async with web.office.database.writing() as connection:
        await connection.execute(
            insert(people).values(**values, zone=BERLIN, quiet_from=22 * 60, quiet_to=7 * 60)
        )
    async with web.logged_in() as owner:
        assert "quiet_hours" not in codes(await told(owner, at="2030-01-07T23:00", zone=BERLIN))
        async with web.office.database.writing() as connection:
            await connection.execute(update(accounts).values(user_id=9, role=None))
        assert "quiet_hours" in codes(await told(owner, at="2030-01-07T23:00", zone=BERLIN))
        assert "quiet_hours" not in codes(await told(owner, at="2030-01-07T07:00", zone=BERLIN))


async def test_a_viewer_may_ask_and_nobody_else(web: Web) -> None:
    async with web.nobody() as nobody:
        assert (await nobody.post(PATH, {"text": "x"})).status == 401
    async with web.logged_in(Role.VIEWER) as viewer:
        assert (await told(viewer))["problems"] == []
        viewer.csrf = "wrong"
        assert (await viewer.post(PATH, {"text": "x"})).status == 403


HOSTILE_BODIES = [
    b'{"text": "\\ud800"}',
    b'{"text": "x", "\\ud800": 1}',
    b'{"text": "x", "chat_id": "\\ud800"}',
    b'{"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "\\ud800"}]]}}',
    b'{"text": "x", "reply_markup": "\\ud800"}',
    b'{"text": "x", "reply_markup": {"inline_keyboard": [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}}',
    b'{"text": "x", "photo": "\\u0000"}',
    b'{"text": "x", "entities": [{"type": "bold", "offset": 99999999999999999999}]}',
    b'{"text": "x", "media": [1, null, {"type": 1}]}',
    b'{"text": "x", "repeat": "FREQ=MINUTELY;COUNT=1000000000"}',
    b'{"text": "x", "at": "9999-12-31T23:59:59+00:00", "chat_id": 1}',
    b'{"text": "x", "at": "0001-01-01T00:00:00", "zone": "Asia/Tokyo"}',
    b'{"text": "x", "zone": "../../etc/passwd", "chat_id": 99999999999999999999999999}',
    b'{"text": "x", "parse_mode": ["HTML"], "link_preview_options": 5}',
    b"[]",
    b"{",
]


async def test_whatever_comes_is_answered(api: Asker) -> None:
    for hostile in HOSTILE_BODIES:
        answer = await api.post(PATH, data=hostile, headers={"Content-Type": "application/json"})
        assert answer.status in (200, 422), (hostile, answer.text)
        assert answer.status == 422 or answer.json["problems"], hostile


MODES = ("HTML", "Markdown", "MarkdownV2", "")
HOSTILE = [
    "<script>alert(1)</script>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=\"https://e.org/' onclick='alert(1)\">x</a>",
    '<a href="https://e.org/&quot; onclick=&quot;alert(1)">x</a>',
    "[x](javascript:alert(1))",
    '[x](https://e.org/"onmouseover="alert(1))',
    '<pre><code class="language-&quot;><script>alert(1)</script>">x</code></pre>',
    '```"><img/src=x/onerror=alert(1)>\nx```',
    "<tg-emoji emoji-id='1'><b>x</b></tg-emoji>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='tg://user?id=1&quot;'>x</a> https://e.org/\"><script>alert(1)</script>",
    "&lt;img src=x onerror=alert(1)&gt;",
]
TAGS = {"b", "i", "u", "s", "code", "pre", "blockquote", "span", "a"}
ATTRIBUTES = {"href", "target", "rel", "class", "title", "tabindex", "data-language"}
SCHEMES = ("http://", "https://", "tg://", "mailto:")


class Reader(HTMLParser):
    """Reads a preview as a browser would; whatever is not ours in it is refused."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.open = "", [""]
        self.feed(html)
        self.close()
        assert self.open == [""], "each tag has its end"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        assert (dict(attrs).get("href") or SCHEMES[0]).startswith(SCHEMES)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_markup_of_the_text_comes_through(text: str, mode: str) -> None:
    try:
        parsed = clean(parse(text, mode))
    except EntityError:
        parsed = clean(Parsed(text))
    assert Reader(preview_html(parsed)).text == parsed.text


PIECES = st.sampled_from(
    [
        *("<b>", "</b>", "<i>", "</i>", "<s>", "</s>", "<blockquote expandable>", "</blockquote>"),
        *("<tg-spoiler>", "</tg-spoiler>", "<pre>", "</pre>", "<code>", "</code>", "</a>"),
        *('<a href="https://e.org">', "<a href='javascript:x'>", "*", "_", "__", "`", "```", "||"),
        *("[a](e.org)", "\\", ">", "&lt;", "<", '"', "'", "&", "\n", " ", "x", "é", "\U0001f600"),
        *("https://e.org/<", "@some_name", "#tag", "a@e.org", "/start", "$USD"),
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=14).map("".join), st.sampled_from(MODES))
def test_without_its_tags_a_preview_is_the_text_that_telegram_leaves(text: str, mode: str) -> None:
    try:
        parsed = clean(parse(text, mode))
    except EntityError:
        parsed = clean(Parsed(text))
    assert Reader(preview_html(parsed)).text == parsed.text


@pytest.mark.parametrize(
    "piece", ["a.", "a-", "a@", "@abcde ", "$A ", "http://a.b ", "[a](", "<a "]
)
def test_no_text_is_long_in_the_looking(piece: str) -> None:
    text = (piece * SOURCE_CHARACTERS)[:SOURCE_CHARACTERS]
    for mode in ("", "Markdown"):
        options = {"parse_mode": mode} if mode else {}
        began_s = time.process_time()
        list(of_content(shown(text, options, None), text, options))
        assert time.process_time() - began_s < BOUND_S
