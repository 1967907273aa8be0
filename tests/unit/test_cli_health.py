"""`health` and `tasks` where nothing runs at all."""

import json
from pathlib import Path

import pytest

from apps.cli.exits import Exit
from apps.cli.health import exit_code
from core.health import HealthState
from tests.servers.command_line import Commands

HEALTHY, DEGRADED, UNHEALTHY = HealthState
AWAY = {"REDIS_URL": "redis://127.0.0.1:1/0", "TELEGRAM_API_URL": "http://127.0.0.1:1"}


def test_where_nothing_runs_each_command_says_so_and_makes_no_file(tmp_path: Path) -> None:
    with Commands(tmp_path, BOT_TOKEN="42:token-of-ours", **AWAY) as call:
        health, tasks = call("health", "--json"), call("tasks")
    told = json.loads(health.out)
    assert (health.code, told["state"]) == (1, "unhealthy")
    assert told["took_ms"] < 4000
    assert (tasks.code, tasks.err) == (4, "analyticbot: not all could be asked; see above\n")
    assert "The broker cannot be asked" in tasks.out
    assert "The ledger cannot be asked" in tasks.out
    assert "db upgrade" in tasks.out
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("state", "strict", "code"),
    [
        (HEALTHY, True, Exit.OK),
        (DEGRADED, False, Exit.OK),
        (DEGRADED, True, Exit.FAILED),
        (UNHEALTHY, False, Exit.FAILED),
    ],
)
def test_the_exit_code_is_for_scripts(state: HealthState, strict: bool, code: Exit) -> None:
    assert exit_code(state, strict) is code
