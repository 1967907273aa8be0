"""The commands about messages, against a running stack and against none."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from core.message import Content
from core.recurrence import Recurrence
from core.recurring_message import Missed
from infra.db.engine import Database
from infra.db.series import Series
from infra.db.tables import series
from sandbox.faults import BLOCKED_USER, CUT_AFTER_ONCE, FLOODED_ONCE, HELD_CHAT
from tests.e2e.running import Up
from tests.integration.conftest import request
from tests.servers.command_line import Commands, Ended, called, is_one_line
from tests.servers.valkey import ValkeyServer

HELD = str(HELD_CHAT)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with Up(tmp_path_factory.mktemp("up"), BEAT_UPDATE_POST_VIEWS="1") as running:
        yield running


@pytest.fixture(scope="module")
def call(up: Up) -> Iterator[Commands]:
    with Commands(up.folder) as commands:
        yield commands


def told(ended: Ended) -> Any:
    return json.loads(ended.out)


def test_a_message_is_sent_waited_for_and_told(up: Up, call: Commands) -> None:
    as_text = call("send", "11", "Hello")
    html = ("<b>Hello</b>", "--parse-mode", "HTML", "--json")
    as_json = call("send", "-1000000000012", *html)
    silent = call("send", "13", "Hush", "--silent", "--no-wait")
    assert [as_text.code, as_json.code, silent.code] == [0, 0, 0]
    [receipt] = up.receipts(11)
    assert f"to 11: sent as {receipt['message_id']}, " in as_text.out
    assert told(as_json)["state"] == "sent"
    assert told(as_json)["history"][0]["outcome"] == "sent"
    assert up.receipts(-1000000000012)[0]["text"] == "Hello"
    assert up.receipts(13)[0]["params"]["disable_notification"] is True


def test_a_message_that_telegram_refuses_is_told_by_the_exit_code(call: Commands) -> None:
    refused = call("send", str(BLOCKED_USER), "x")
    assert (refused.code, refused.out) == (1, "")
    assert is_one_line(refused.err)
    assert "blocked by the user" in refused.err


def test_a_message_that_is_flooded_shows_both_of_its_attempts(call: Commands) -> None:
    flooded = call("send", str(FLOODED_ONCE), "x", "--json")
    assert flooded.code == 0
    assert [each["outcome"] for each in told(flooded)["history"]] == ["flooded", "sent"]


def test_a_message_that_failed_can_be_tried_again(call: Commands) -> None:
    failed = told(call("send", str(BLOCKED_USER + 1000), "x", "--json"))
    again = call("retry", str(failed["id"]), "--json")
    assert again.code == 0
    assert told(again)["state"] == "scheduled"
    assert "sendMessage: x" in call("show", str(failed["id"])).out


def test_what_is_uncertain_is_settled_by_a_person(up: Up, call: Commands) -> None:
    options = ("x", "--on-uncertain", "park", "--json")
    chats = (CUT_AFTER_ONCE, CUT_AFTER_ONCE + 1000)
    parked = [told(call("send", str(chat), *options)) for chat in chats]
    assert [message["state"] for message in parked] == ["uncertain", "uncertain"]
    seen, unseen = (str(message["id"]) for message in parked)
    assert told(call("settle", seen, "--sent", "--json"))["state"] == "sent"
    resent = told(call("settle", unseen, "--resend", "--json"))["state"]
    assert resent in {"scheduled", "queued", "sending", "sent"}  # a worker may have it by then
    assert call("settle", seen, "--sent").code == 3
    assert len(up.receipts(chats[1], count=2)) == 2


def test_a_message_leaves_at_its_time(up: Up, call: Commands) -> None:
    soon = told(call("schedule", "21", "soon", "--at", "+2s", "--json"))
    assert [receipt["text"] for receipt in up.receipts(21)] == ["soon"]
    # The same once more waits until the ledger, too, knows how it ended.
    sent = told(call("send", "21", "soon", "--key", soon["key"], "--json"))
    assert sent["id"] == soon["id"]
    assert 0 <= sent["late_ms"] < 5_000


def test_a_message_that_is_called_off_does_not_leave(call: Commands) -> None:
    when = ("--at", "2030-12-01 09:00", "--tz", "Europe/Berlin")
    later = call("schedule", "22", "later", *when)
    assert "Sun 2030-12-01 09:00:00 Europe/Berlin (Sun 2030-12-01 08:00:00 UTC)" in later.out
    [waiting] = told(call("list", "--state", "scheduled", "--limit", "1", "--json"))
    assert call("cancel", str(waiting["id"])).code == 0
    assert "later" in call("list", "--state", "cancelled").out


def test_a_message_that_recurs_shows_its_dates_until_it_is_called_off(call: Commands) -> None:
    made = call("schedule", "23", "again", "--repeat", "every minute", "--tz", "Europe/Berlin")
    assert made.code == 0
    assert "every minute (FREQ=MINUTELY)" in made.out
    assert len(re.findall(r"^\w{3} \d{4}-\d{2}-\d{2} \d{2}:\d{2} ", made.out, re.MULTILINE)) == 5
    [listed] = told(call("series", "list", "--json"))
    assert (listed["state"], len(listed["upcoming"])) == ("active", 5)
    assert "every minute" in call("series", "list").out
    series_id = str(listed["id"])
    waiting = told(call("series", "show", series_id, "--json"))["messages"]
    assert {message["state"] for message in waiting} == {"scheduled"}
    assert told(call("series", "pause", series_id, "--json"))["upcoming"] == []
    assert told(call("series", "resume", series_id, "--json"))["state"] == "active"
    assert "nothing to come" in call("series", "cancel", series_id).out
    assert call("series", "resume", series_id).code == 3
    called_off = told(call("series", "show", series_id, "--json"))["messages"]
    assert {message["state"] for message in called_off} == {"cancelled"}


def test_what_came_due_while_nobody_looked_is_written_and_sent_by_the_workers(up: Up) -> None:
    asyncio.run(a_series_a_minute_behind(up, chat_id="24"))
    assert [receipt["text"] for receipt in up.receipts(24)] == ["late"]


async def a_series_a_minute_behind(up: Up, chat_id: str) -> None:
    """Past Celery: nobody but the workers' own timers can notice it."""
    database = Database(f"sqlite:///{up.folder / 'var' / 'ledger.db'}")
    late = datetime.now(UTC).replace(second=0, microsecond=0)
    hourly = Recurrence("FREQ=HOURLY", "UTC", late.replace(tzinfo=None))
    wanted = request("late", chat_id, content=Content("sendMessage", {"text": "late"}))
    bot_id = int(up.stack["BOT_TOKEN"].partition(":")[0])
    await Series(database, bot_id).create(wanted, hourly, Missed.SEND)
    async with database.writing() as connection:
        await connection.execute(update(series).where(series.c.key == "late").values(next_at=late))
    await database.close()


def test_the_same_key_is_the_same_message(up: Up, call: Commands) -> None:
    once = ("send", "31", "once", "--key", "k", "--json")
    first, same = call(*once), call(*once)
    assert told(first) == told(same)
    assert "stands for message" in same.err
    other = call("send", "31", "twice", "--key", "k")
    assert other.code == 2
    assert "--key: 'k' already stands for a message with other content" in other.err
    assert len(up.receipts(31)) == 1


def test_one_whose_end_does_not_come_in_time_is_left_to_the_ledger(call: Commands) -> None:
    waiting = call("send", HELD, "x", "--timeout", "0.5")
    assert waiting.code == 5
    assert is_one_line(waiting.err)
    assert "is in the ledger (sending), not sent within 0.5 s" in waiting.err


def test_without_a_worker_it_is_said_what_to_start(
    tmp_path: Path, valkey_server: ValkeyServer
) -> None:
    stack = {"BOT_TOKEN": "1:a", "REDIS_URL": valkey_server.url()}
    assert called(["db", "upgrade"], tmp_path, **stack).code == 0
    waiting = called(["send", "1", "x", "--timeout", "0.2"], tmp_path, **stack)
    assert waiting.code == 5
    assert is_one_line(waiting.err)
    assert "no worker answers; start `make run`" in waiting.err


def test_a_channel_is_recorded_and_its_figures_are_shown(call: Commands) -> None:
    added = call("channels", "add", "@our_channel")
    assert (added.code, added.err) == (0, "")
    assert "our_channel (@our_channel) is recorded from now on" in added.out
    assert "views: open" in added.out
    assert call("send", "@our_channel", "Good <b>news</b>", "--parse-mode", "HTML").code == 0
    figures = _once_there_are_posts(call, "@our_channel")
    [post] = figures["posts"]
    assert [run["value"] for run in post["runs"]] == [post["views"]]
    shown = call("stats", "@our_channel", "--tz", "Europe/Berlin")
    assert (shown.code, shown.err) == (0, "")
    assert "1,200 (+0, +0.0 % since " in shown.out
    assert "Good news" in shown.out
    assert (figures["members"]["last"], figures["views"]["24 h"]) == (1200, None)
    assert figures["channel"]["chat_id"] in call("channels", "list", "--json").out


def _once_there_are_posts(call: Commands, chat: str) -> Any:
    """Beat, a worker and the channel's page bring them, with nobody's help."""
    give_up_at = time.monotonic() + 20
    while not (figures := told(call("stats", chat, "--days", "1", "--json")))["posts"]:
        assert time.monotonic() < give_up_at, figures
        time.sleep(0.1)
    return figures


def test_a_channel_without_views_says_why_and_shows_no_zeros(call: Commands) -> None:
    added = told(call("channels", "add", "-1000000000099", "--json"))
    assert (added["preview"], added["members"]) == ("none", 2)
    shown = call("stats", "-1000000000099")
    assert shown.code == 0
    assert "none: it is a supergroup" in shown.out
    assert "\nposts " not in shown.out
    figures = told(call("stats", "-1000000000099", "--json"))
    assert set(figures["views"].values()) == {None}


def test_a_channel_that_is_not_recorded_is_refused_in_one_line(call: Commands) -> None:
    assert call("channels", "add", "@short_lived").code == 0
    assert call("channels", "remove", "@short_lived").code == 0
    assert "short_lived" not in call("channels", "list").out
    shown = call("stats", "@short_lived", "--now")
    assert "short_lived" in shown.out  # what was recorded stays
    for words in (["stats", "@unheard_of"], ["channels", "remove", "-100987654321"]):
        refused = call(*words)
        assert (refused.code, refused.out) == (3, "")
        assert is_one_line(refused.err)
        assert "`analyticbot channels add " in refused.err
    assert call("channels", "add", "12345").code == 2
    assert call("stats", "@short_lived", "--tz", "Nowhere/City").code == 2


PEOPLE = f"""id,first_name,city
931,Ana,Fés
932,,Bonn
933,=Cem,
{BLOCKED_USER + 2000},Gone,Oslo
"""
HELLO = "Hello {first_name|friend} of {city|somewhere}!"


def test_a_broadcast_from_a_file_to_its_report(up: Up, call: Commands) -> None:
    (up.folder / "people.csv").write_text(PEOPLE)
    assert call("audience", "import", "people.csv", "--tag", "cli").code == 0
    made = told(call("broadcast", "create", HELLO, "--tag", "cli", "--key", "hello", "--json"))
    number = str(made["id"])
    assert (made["state"], made["tally"]["pending"]) == ("draft", 4)
    assert made["plan"]["messages"] == 4
    assert call("broadcast", "test", number, "931").code == 0
    assert up.receipts(931)[0]["text"] == "Hello Ana of Fés!"
    assert "scheduled" in call("broadcast", "start", number, "--at", "+1h").out
    started = call("broadcast", "start", number)
    assert "running" in started.out
    assert "moved: it was to begin at" in started.out
    ended = told(call("broadcast", "status", number, "--watch", "--json"))
    counts = {"total": 4, "sent": 3, "failed": 1, "skipped": 0, "uncertain": 0, "pending": 0}
    assert (ended["state"], ended["tally"]) == ("completed", counts)
    texts = [up.receipts(chat)[-1]["text"] for chat in (931, 932, 933)]
    assert texts == [
        "Hello Ana of Fés!",
        "Hello friend of Bonn!",
        "Hello =Cem of somewhere!",
    ]
    report = told(call("broadcast", "report", number, "--json"))
    [reason] = report["reasons"]
    assert (reason["state"], reason["reason"], reason["recipients"]) == ("failed", "blocked", 1)
    rows = call("broadcast", "report", number, "--csv", "-").out.splitlines()
    assert len(rows) == 1 + 4
    assert rows[4].startswith("933,'=Cem,,sent,")
    missing = call("broadcast", "report", number, "--csv", "-", "--state", "failed").out
    assert [line.split(",")[0] for line in missing.splitlines()[1:]] == [str(BLOCKED_USER + 2000)]
    again = told(call("broadcast", "retry-failed", number, "--missing", "--json"))
    assert (again["again"], again["state"], again["tally"]["pending"]) == (1, "running", 1)
    assert told(call("broadcast", "status", number, "--watch", "--json"))["state"] == "completed"
    assert len(up.receipts(931)) == 2  # the test, and its own: nobody else is sent to again


def test_where_a_broadcast_has_hours_they_stand_beside_how_long_it_takes(
    up: Up, call: Commands
) -> None:
    (up.folder / "five.txt").write_text("5\n")
    zone = ("--tz", "Europe/Berlin")
    words = ("create", "Hi", "--chats", "five.txt", "--hours", "9:00-21:00", *zone)
    anybodys = call("broadcast", *words)
    assert "1 messages: sending alone at once; only 9:00-21:00 Europe/Berlin" in anybodys.out
    theirs = call("broadcast", *words, "--their-time")
    assert "only 9:00-21:00 in each one's own zone" in theirs.out
    assert "sending alone" not in call("broadcast", *words[:4]).out


@pytest.mark.parametrize(
    ("words", "code", "err"),
    [
        (("create", "Hi {town}"), 2, "TEXT: nobody of this audience has a field 'town'"),
        (("create", "Hi {Name}"), 2, "'{Name}' is no placeholder"),
        (("create", "Hi", "--tz", "UTC"), 2, "--tz: goes with --hours"),
        (("create", "Hi", "--chats", "bad.txt"), 2, "--chats: line 3"),
        (("create", "Hi", "--chats", "empty.txt"), 2, "--chats: empty.txt names no chat"),
        (("report", "1", "--state", "failed"), 2, "--state: goes with --csv"),
        (("create", "*{name}*", "--parse-mode", "Markdown"), 2, "use MarkdownV2 or HTML"),
        (("create", "Hi", "--key", "bot:7:1"), 2, "--key: begins with 'bot:'"),
        (("create", "Hi", "--errors", "40000"), 2, "--errors"),
        (("create", "Hi", "--hours", "9 to 5"), 2, "--hours: '9 to 5' is not understood"),
        (("create", "Hi", "--list", "nowhere"), 3, "nowhere"),
        (("create", "Hi {name}", "--chats", "chats.txt"), 2, "--chats: and placeholders"),
        (("create", "Hi", "--chats", "away.txt"), 2, "--chats: away.txt cannot be read"),
        (("create", "Hi", "--chats", "chats.txt", "--tag", "a"), 2, "--chats: goes without"),
        (("start", "99999"), 3, "no broadcast 99999"),
        (("report", "99999", "--csv", "-"), 3, "no broadcast 99999"),
    ],
)
def test_what_is_wrong_with_a_broadcast_is_told_in_one_line(
    up: Up, call: Commands, words: tuple[str, ...], code: int, err: str
) -> None:
    (up.folder / "chats.txt").write_text("5\n6\n")
    (up.folder / "bad.txt").write_text("# these\n5\nsix\n")
    (up.folder / "empty.txt").write_text("# nobody\n\n")
    told_ = call("broadcast", *words)
    assert (told_.code, told_.out) == (code, "")
    assert is_one_line(told_.err)
    assert err in told_.err


def test_a_key_goes_on_with_the_same_broadcast_and_with_no_other(up: Up, call: Commands) -> None:
    for name, chats in (("two.txt", "941\n942\n"), ("more.txt", "942\n943\n")):
        (up.folder / name).write_text(chats)
    words = ("broadcast", "create", "Hi", "--key", "once", "--chats")
    number = str(told(call(*words, "two.txt", "--name", "A", "--json"))["id"])
    again = call(*words, "two.txt", "--name", "A")
    assert f"broadcast {number}, which --key stands for, goes on" in again.err
    assert "nothing is sent yet" in again.out
    other = call(*words, "two.txt", "--name", "B")
    assert (other.code, "--name: broadcast" in other.err) == (2, True)
    assert call("broadcast", "start", number).code == 0
    assert told(call("broadcast", "status", number, "--watch", "--json"))["state"] == "completed"
    late = call(*words, "more.txt", "--name", "A")
    assert (late.code, "was started" in late.err) == (2, True)
    assert (len(up.receipts(942)), up.receipts(943, wait_s=0)) == (1, [])
    assert "retry it for those whom it missed" in call("broadcast", "start", number).err
