"""The bot's log gives nothing away, and looks as `up` expects it."""

import logging
import sys

from pydantic import SecretStr

from apps.cli.up import SERIOUS
from infra.program_logs import Redacting
from infra.settings import Settings

TOKEN = "42:AA-own_token"
SETTINGS = Settings(bot_token=SecretStr(TOKEN), redis_url=SecretStr("redis://:hush1@h/0"))


def logged(level: int, text: str) -> str:
    try:
        raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe redis://:hush1@h/0")
    except ValueError:
        record = logging.LogRecord("x", level, "", 0, text, None, sys.exc_info())
    return Redacting(SETTINGS).format(record)


def test_no_secret_is_in_a_line_or_in_its_trace() -> None:
    line = logged(logging.ERROR, f"with {TOKEN}")
    assert "Traceback" in line
    assert "own_token" not in line
    assert "hush1" not in line


def test_what_is_serious_is_told_by_up_and_what_is_not_is_not() -> None:
    serious = SERIOUS.match(logged(logging.ERROR, "all is lost").splitlines()[0])
    assert serious is not None
    assert serious[1] == "all is lost"
    assert SERIOUS.match(logged(logging.INFO, "all is well")) is None
