"""`make run`: what it starts, tells, restarts and stops."""

import os
import re
import signal
import stat
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.client import Client
from tests.e2e.running import Up
from tests.servers.command_line import called, is_one_line, ran
from tests.servers.program import Program
from tests.servers.stack import APP


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    with Up(tmp_path) as running:
        yield running


def test_it_tells_what_runs_keeps_it_running_and_stops_it_all(tmp_path: Path) -> None:
    with Up(tmp_path, BOT_ENABLED="true", API_ENABLED="true") as up:
        programs = up.programs()
        assert {"valkey", "sandbox", "worker", "beat", "bot", "api"} <= set(up.told.split())
        _other_shells_find_it(up)
        _a_second_one_says_what_runs(up)
        _the_dashboard_is_open_to_who_has_the_link(up)
        _owners_are_paired_by_the_codes_that_it_prints(up)
        _a_killed_worker_comes_back_and_delivers(up)
        _the_others_come_back(up)
        assert len(up.programs()) > len(programs)
        code, seconds = up.end(signal.SIGINT)
        assert (code, seconds < 10) == (0, True), up.told
        assert up.left() == set()
        assert not (up.folder / "var" / "stack.env").exists()


def _other_shells_find_it(up: Up) -> None:
    of_telegram = {"TELEGRAM_API_URL", "TELEGRAM_PREVIEW_URL", "BOT_TOKEN"}
    assert set(up.stack) == {"REDIS_URL", "API_PORT", *of_telegram}
    mode = (up.folder / "var" / "stack.env").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    ping = ran([*APP, "inspect", "ping"], up.folder)
    assert "1 node online" in ping.out, ping


def _the_dashboard_is_open_to_who_has_the_link(up: Up) -> None:
    link = re.search(r"http://127\.0\.0\.1:\d+/login/[\w-]+", up.told)
    assert link is not None, up.told
    cookies = urllib.request.HTTPCookieProcessor()
    browser = urllib.request.build_opener(cookies, urllib.request.ProxyHandler({}))
    with browser.open(urllib.request.Request(link.group(), method="POST")) as page:
        assert "Overview" in page.read().decode()
    with pytest.raises(urllib.error.HTTPError, match="410"):
        browser.open(urllib.request.Request(link.group(), method="POST"))


def _a_second_one_says_what_runs(up: Up) -> None:
    second = called(["up"], up.folder)
    assert (second.code, second.out) == (6, "")
    assert is_one_line(second.err)
    assert f"pid {up.process.pid}" in second.err
    assert f"worker pid {up.pid_of('worker')}" in second.err
    assert up.stack["REDIS_URL"].removeprefix("redis://").removesuffix("/0") in second.err


def _a_killed_worker_comes_back_and_delivers(up: Up) -> None:
    os.kill(up.pid_of("worker"), signal.SIGKILL)
    up.until_told("worker: was ended by SIGKILL; starts again in 0.5 s")
    up.until_told("worker: runs again")
    sent = called(["send", "321", "still here", "--timeout", "30"], up.folder)
    assert sent.code == 0, sent
    assert [receipt["text"] for receipt in up.receipts(321)] == ["still here"]


def _the_others_come_back(up: Up) -> None:
    names = ("beat", "sandbox", "valkey")  # it starts the bot again as it does these
    for name in names:
        os.kill(up.pid_of(name), signal.SIGKILL)
    up.until_told(*(f"{name}: runs again" for name in names))
    sent = called(["send", "322", "and here", "--timeout", "30"], up.folder)
    assert sent.code == 0, sent


def _owners_are_paired_by_the_codes_that_it_prints(up: Up) -> None:
    [code] = re.findall(r"^  /start (\S+)$", up.told, re.MULTILINE)
    up.until_told("bot: listens now")
    assert "You are an owner" in _answered(up, 501, f"/start {code}")
    assert "Looked at in" in _answered(up, 501, "/health")
    told = called(["owner"], up.folder)
    assert (told.code, told.err) == (0, "")
    [another] = re.findall(r"^  /start (\S+)$", told.out, re.MULTILINE)
    assert "You are an owner" in _answered(up, 502, f"/start {another}")


async def test_killed_it_leaves_nothing_and_can_be_started_again(up: Up) -> None:
    assert "\nbot " not in up.told
    assert len(up.programs()) >= 6
    up.end(signal.SIGKILL)
    assert up.left() == set()
    assert (up.folder / "var" / "stack.env").exists()
    kept = called(
        ["schedule", "1", "kept", "--at", "+1d"],
        up.folder,
        BOT_TOKEN="2:b",
        REDIS_URL="redis://127.0.0.1:1/0",
    )
    assert kept.code == 0, kept
    await _with_a_token_it_names_the_bot_or_is_refused_in_one_line(up.folder)


async def _with_a_token_it_names_the_bot_or_is_refused_in_one_line(folder: Path) -> None:
    port_file = folder / "port"
    options = ("--port", "0", "--port-file", str(port_file), "--token", "5:good")
    sandbox = Program("telegram", ("sandbox", *options), folder, {})
    sandbox.start()
    try:
        await sandbox.logged("sandbox: http", 30)
        url = f"http://127.0.0.1:{int(port_file.read_text())}"
        async with Client(url, "5:good") as client:
            name = (await client.call("getMe")).result["username"]
        refused = called(["up"], folder, BOT_TOKEN="5:bad", TELEGRAM_API_URL=url, VALKEY_PORT="0")
        assert refused.code == 2
        assert is_one_line(refused.err)
        assert "BOT_TOKEN: refused" in refused.err
        assert "5:bad" not in refused.out + refused.err
        with Up(folder, BOT_TOKEN="5:good", TELEGRAM_API_URL=url) as up:
            assert set(up.stack) == {"REDIS_URL"}
            assert f"@{name}" in up.told
            assert "\nsandbox " not in up.told
            assert "messages of other bots (2): kept, and not sent" in up.told
            assert "5:good" not in up.told
    finally:
        sandbox.kill()


def _answered(up: Up, user: int, text: str) -> str:
    """What the bot has said to the user, once it has answered this."""
    before = _said(up, user)
    up.asked("write", user=user, text=text)
    give_up_at = time.monotonic() + 20
    while (said := _said(up, user)) == before:
        assert time.monotonic() < give_up_at, up.told
        time.sleep(0.05)
    return said


def _said(up: Up, user: int) -> str:
    messages = up.asked(f"history?chat={user}")["messages"]
    return "\n".join(each["text"] for each in messages if each["from"]["is_bot"])
