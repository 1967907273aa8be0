"""A program's log: what is on a line, and what is not."""

import json
import logging
import sys
from typing import Any

import pytest
from pydantic import SecretStr

from apps.cli.serious import serious
from infra.log_formats import LINE_BYTES
from infra.log_ids import about
from infra.program_logs import formatter
from infra.settings import LogFormat, Settings

TOKEN = "42:AA-own_token"
SETTINGS = Settings(bot_token=SecretStr(TOKEN), redis_url=SecretStr("redis://:hush1@h/0"))
IN_JSON = SETTINGS.model_copy(update={"log_format": LogFormat.JSON})
TASK_ID = "3f2a1b9c-0d4e-4f5a-8b6c-7d8e9f0a1b2c"


class Unspeakable:
    def __str__(self) -> str:
        raise ValueError("no words")


def failed(level: int, text: str, *args: Any, **extra: Any) -> logging.LogRecord:
    try:
        raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe redis://:hush1@h/0")
    except ValueError:
        record = logging.LogRecord("x", level, "", 0, text, args, sys.exc_info())
    vars(record).update(extra)
    return record


def said(text: Any, *args: Any, **extra: Any) -> logging.LogRecord:
    record = logging.LogRecord("a.b", logging.WARNING, "", 0, text, args, None)
    vars(record).update(extra)
    return record


def in_text(record: logging.LogRecord) -> str:
    return formatter(SETTINGS, "worker").format(record)


def in_json(record: logging.LogRecord) -> dict[str, Any]:
    line = formatter(IN_JSON, "worker").format(record)
    assert line.splitlines() == [line]
    assert len(line.encode()) <= LINE_BYTES
    told: dict[str, Any] = json.loads(line)
    return told


@pytest.mark.parametrize("settings", [SETTINGS, IN_JSON])
def test_no_secret_is_in_a_line_or_in_its_trace(settings: Settings) -> None:
    chosen = {"task_id": f"of {TOKEN}", "task": "by hush1"}
    record = failed(logging.ERROR, "with %s", TOKEN, stack_info=f"at {TOKEN}", **chosen)
    line = formatter(settings, "worker").format(record)
    assert "Traceback" in line
    assert "own_token" not in line
    assert "hush1" not in line


def test_a_line_of_json_says_when_where_and_what() -> None:
    told = in_json(failed(logging.ERROR, "all is\nlost: %s", "ёлка \N{CHRISTMAS TREE}"))
    assert told.pop("exception").startswith("Traceback (most recent call last):\n")
    assert (told.pop("time")[-5], told.pop("pid") > 0) == (".", True)
    assert told == {
        "level": "ERROR",
        "logger": "x",
        "role": "worker",
        "process": "MainProcess",
        "message": "all is\nlost: ёлка \N{CHRISTMAS TREE}",
    }


def test_the_time_is_utc_to_the_millisecond() -> None:
    assert in_json(said("now", created=1_764_000_000.25))["time"] == "2025-11-24T16:00:00.250Z"


def test_non_ascii_is_kept_as_it_is() -> None:
    assert "ёлка \N{CHRISTMAS TREE}" in formatter(IN_JSON, "worker").format(
        said("ёлка \N{CHRISTMAS TREE}")
    )


@pytest.mark.parametrize("text", ["\u2028 \u2029 \x85 \r\n \x0b\x1c", "half \ud83c", "\0", "{}"])
def test_whatever_is_said_is_one_object_on_one_line(text: str) -> None:
    assert in_json(said("%s", text))["message"] == text


def test_what_json_has_no_form_for_is_spelt_out() -> None:
    told = in_json(said("it", task=ValueError("x"), route=Unspeakable(), message_ids=[b"7"]))
    assert told["task"] == "x"
    assert told["route"] == "Unspeakable (ValueError)"
    assert told["message_ids"] == ["b'7'"]


def test_a_line_whose_arguments_do_not_fit_is_told_all_the_same() -> None:
    told = in_json(said("%d messages", "many"))["message"]
    assert told.startswith("%d messages ('many',) (TypeError")


def test_a_huge_line_loses_its_middle_and_no_secret_is_found_where_it_was_cut() -> None:
    record = failed(logging.ERROR, "begins %s ends", "ё" * 3_999 + TOKEN + "\n" * 1_000_000)
    record.exc_text = None
    told = in_json(record)
    assert told["message"].startswith("begins ")
    assert told["message"].endswith(" ends")
    assert " characters … " in told["message"]
    assert told["exception"].endswith("/0")
    assert "own_t" not in str(told)


def test_many_ids_do_not_make_a_line_too_long() -> None:
    assert len(in_json(said("it", message_ids=list(range(10**12, 10**12 + 9_999))))["message_ids"])


def test_ids_come_from_around_the_line_from_itself_and_from_celery() -> None:
    with about(task_id=TASK_ID, task="deliver", series_id=4), about(series_id=5):
        told = in_json(said("it", broadcast_id=6, message_id=None, password="hush"))
    assert {name: told[name] for name in ("task_id", "task", "series_id", "broadcast_id")} == {
        "task_id": TASK_ID,
        "task": "deliver",
        "series_id": 5,
        "broadcast_id": 6,
    }
    assert not {"message_id", "password"} & set(told)
    of_celery = in_json(said("Task %(name)s", {"name": "t"}, data={"id": "x", "name": "t"}))
    assert (of_celery["task_id"], of_celery["task"]) == ("x", "t")
    assert "task_id" not in in_json(said("it"))


def test_text_tells_ids_once_and_before_the_trace() -> None:
    with about(message_id=7, task_id=TASK_ID, task="deliver", chat_id="5"):
        lines = in_text(failed(logging.ERROR, "message 7 waits")).splitlines()
        assert lines[0].endswith("ERROR/MainProcess] message 7 waits [task 3f2a1b9c]")
        assert lines[1].startswith("Traceback")
        assert in_text(said("message 77 waits")).endswith("waits [message 7 task 3f2a1b9c]")
        assert in_text(said("Task deliver[%s]", TASK_ID)).endswith(f"[{TASK_ID}] [message 7]")
    assert in_text(said("as ever")).endswith("] as ever")


@pytest.mark.parametrize("settings", [SETTINGS, IN_JSON])
def test_what_is_serious_is_told_by_up_and_what_is_not_is_not(settings: Settings) -> None:
    form = formatter(settings, "worker")
    told = {
        level: serious(form.format(failed(level, "all\nis %s", "lost")).splitlines()[0])
        for level in (logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL)
    }
    text = settings is SETTINGS
    assert told.pop(logging.INFO) is None
    assert set(told.values()) == {"all" if text else "all is lost"}


@pytest.mark.parametrize("line", ["", "{", "{}", "[]", "WARNING", '{"level": "LOUD"}', "{1}"])
def test_a_line_of_another_program_is_nothing_serious(line: str) -> None:
    assert serious(line) is None
