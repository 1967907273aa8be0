"""How the supervisor starts programs, and starts them again."""

import os
import signal
from pathlib import Path

import pytest

from apps.cli.exits import CommandFailed
from apps.cli.supervisor import Backoff, Supervisor
from tests.unit.supervised import POLITE, Told, program, runs, until


async def test_a_program_that_is_killed_is_started_again(
    supervisor: Supervisor, told: Told, tmp_path: Path
) -> None:
    child = supervisor.start(program(tmp_path, POLITE))
    assert await child.ready(10)
    first = child.pid
    os.kill(first, signal.SIGKILL)
    await until(lambda: child.restarts == 1 and child.pid != first)
    assert told[0] == ("it", "was ended by SIGKILL; starts again in 0.05 s")
    assert told[1] == ("it", f"runs again, pid {child.pid}")


async def test_one_that_keeps_ending_is_started_less_and_less_often(
    supervisor: Supervisor, told: Told, tmp_path: Path
) -> None:
    supervisor.start(program(tmp_path, "raise SystemExit(3)"))
    await until(lambda: len([text for _, text in told if "starts" in text]) == 3)
    ends = [text for _, text in told if "starts" in text]
    assert [end.rpartition(" in ")[2] for end in ends] == ["0.05 s", "0.1 s", "0.1 s"]
    assert ends[0].startswith("ended with code 3")


@pytest.mark.parametrize(
    ("failures", "delay_s"), [(1, 0.5), (2, 1.0), (3, 2.0), (7, 30.0), (9_999, 30.0)]
)
def test_the_wait_doubles_from_half_a_second_to_half_a_minute(
    failures: int, delay_s: float
) -> None:
    assert Backoff().delay_s(failures) == delay_s


async def test_one_that_ends_at_its_start_is_told_with_the_end_of_its_log(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    child = supervisor.start(program(tmp_path, "import sys; sys.exit('no such thing')"))
    with pytest.raises(CommandFailed, match=r"(?s)ended with code 1 at its start.*no such thing"):
        await child.ready(10)


async def test_one_that_is_not_ready_in_time_goes_on(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    child = supervisor.start(program(tmp_path, "import time; time.sleep(60)"))
    assert not await child.ready(0.2)
    assert runs(child.pid)
