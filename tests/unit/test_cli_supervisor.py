"""The supervisor, with small programs of Python."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from apps.cli.exits import CommandFailed
from apps.cli.logs import Log
from apps.cli.supervisor import Backoff, Child, Program, Supervisor

QUICK = Backoff(first_s=0.05, max_s=0.1)
SLEEP = "print('up', flush=True); time.sleep(60)"
POLITE = f"import signal, sys, time; signal.signal(15, lambda *_: sys.exit()); {SLEEP}"
STUBBORN = f"import signal, time; signal.signal(15, signal.SIG_IGN); {SLEEP}"
PARENT = (
    "import subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print(child.pid, 'up', flush=True); time.sleep(60)"
)


class Told(list[tuple[str, str]]):
    """What the supervisor says."""

    def __call__(self, name: str, text: str) -> None:
        self.append((name, text))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def supervisor(told: Told) -> AsyncIterator[Supervisor]:
    made = Supervisor(told)
    yield made
    made.hurry.set()
    await made.stop()


def program(folder: Path, code: str, name: str = "it", stop_s: float = 2.0) -> Program:
    log = Log(folder / f"{name}.log")
    return Program(
        name,
        [sys.executable, "-c", code],
        dict(os.environ),
        log,
        ((signal.SIGTERM, stop_s),),
        lambda: log.contains("up"),
        QUICK,
    )


async def until(holds: object, within_s: float = 10.0) -> None:
    give_up_at = time.monotonic() + within_s
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < give_up_at, "it never came to pass"
        await asyncio.sleep(0.01)


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


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


async def test_the_last_started_is_the_first_to_stop(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    log = tmp_path / "order"
    code = (
        "import signal, sys, time, pathlib\n"
        f"log = pathlib.Path({str(log)!r})\n"
        "def end(*_):\n    log.open('a').write(sys.argv[1]); sys.exit()\n"
        "signal.signal(15, end); print('up', flush=True); time.sleep(60)"
    )
    for name in "abc":
        made = program(tmp_path, code, name)
        child = supervisor.start(
            Program(
                name,
                [*made.command, name],
                made.environment,
                made.log,
                made.stop,
                made.is_ready,
            )
        )
        assert await child.ready(10)
    await supervisor.stop()
    assert log.read_text() == "cba"


async def test_one_that_does_not_obey_is_killed_when_its_time_is_up(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    child = await _started(supervisor, program(tmp_path, STUBBORN, stop_s=0.3))
    began = time.monotonic()
    await supervisor.stop()
    assert 0.3 <= time.monotonic() - began < 2
    assert not runs(child.pid)


async def test_in_a_hurry_nobody_is_waited_for(supervisor: Supervisor, tmp_path: Path) -> None:
    child = await _started(supervisor, program(tmp_path, STUBBORN, stop_s=60))
    supervisor.hurry.set()
    began = time.monotonic()
    await supervisor.stop()
    assert time.monotonic() - began < 2
    assert not runs(child.pid)


async def test_what_a_program_has_started_goes_with_it(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    child = await _started(supervisor, program(tmp_path, PARENT))
    grandchild = int(child.program.log.tail(1)[0].split()[0])
    os.kill(child.pid, signal.SIGKILL)
    await until(lambda: not runs(grandchild))


async def test_stopping_ends_the_wait_before_a_restart(
    supervisor: Supervisor, told: Told, tmp_path: Path
) -> None:
    made = program(tmp_path, "")
    slow = Program(
        "it", made.command, made.environment, made.log, made.stop, made.is_ready, Backoff(60)
    )
    supervisor.start(slow)
    await until(lambda: told)
    began = time.monotonic()
    await supervisor.stop()
    assert time.monotonic() - began < 1


def test_a_supervisor_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    code = f"""
import asyncio
from pathlib import Path
from apps.cli.supervisor import Supervisor
from tests.unit.test_cli_supervisor import POLITE, program

async def main():
    child = Supervisor(print).start(program(Path({str(tmp_path)!r}), POLITE))
    await child.ready(10)
    print(child.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""
    supervisor = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert supervisor.stdout is not None
    with supervisor, supervisor.stdout:
        pid = int(supervisor.stdout.readline())
        assert runs(pid)
        supervisor.kill()
    give_up_at = time.monotonic() + 5
    while runs(pid):
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


async def _started(supervisor: Supervisor, made: Program) -> Child:
    child = supervisor.start(made)
    assert await child.ready(10)
    return child
