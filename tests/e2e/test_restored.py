"""A stack that was backed up, restored and moved to Postgres sends what is to come, once."""

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.running import Up
from tests.servers.command_line import called

AHEAD_S, DUE_S = 100, 25


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_what_was_sent_is_not_sent_again_and_what_is_to_come_is_sent_once(
    tmp_path: Path, postgres_url: str
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    file = str(tmp_path / "a.backup")
    with Up(old) as up:
        _done(["send", "1", "before", "--timeout", "30"], old)
        for text, seconds in (("due", DUE_S), ("ahead", AHEAD_S)):
            at = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
            _done(["schedule", "1", text, "--at", at], old)
        _done(["backup", file], old)
        sent = [receipt["text"] for receipt in up.receipts(1, 2, DUE_S + 30.0)]
        assert sent == ["before", "due"]
        up.end(signal.SIGINT)

    _done(["restore", file], new)
    told = _done(["move", "--to", postgres_url], new)
    assert "moved to postgresql://" in told
    refused = called(["up"], new, BOT_ENABLED="false", API_ENABLED="false", VALKEY_PORT="0")
    assert "has moved to postgresql://" in refused.out + refused.err

    with Up(new, DATABASE_URL=postgres_url) as up:
        [ahead] = up.receipts(1, 1, AHEAD_S + 30.0)
        assert ahead["text"] == "ahead"
        listed = called(["list"], new, DATABASE_URL=postgres_url)
        states = {line.split()[1] for line in listed.out.splitlines()[1:]}
        assert states == {"sent", "uncertain"}, listed
        shown = called(["show", "2"], new, DATABASE_URL=postgres_url)
        assert "restored: may have been sent after the backup of" in shown.out
        up.end(signal.SIGINT)


def _done(words: list[str], folder: Path) -> str:
    done = called(words, folder)
    assert done.code == 0, done
    return done.out
