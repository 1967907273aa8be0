"""The commands about messages, against a running stack and against none."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.faults import BLOCKED_USER, CUT_AFTER_ONCE, FLOODED_ONCE, HELD_CHAT
from tests.e2e.running import Up
from tests.servers.command_line import Commands, Ended, called, is_one_line
from tests.servers.valkey import ValkeyServer

HELD = str(HELD_CHAT)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with Up(tmp_path_factory.mktemp("up")) as running:
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
    assert told(call("settle", unseen, "--resend", "--json"))["state"] == "scheduled"
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
