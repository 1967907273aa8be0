"""How the supervisor ends programs, and what is left when it is killed itself."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from apps.cli.supervisor import Backoff, Program, Supervisor
from tests.unit.supervised import PARENT, STUBBORN, Told, program, runs, started, until


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
    child = await started(supervisor, program(tmp_path, STUBBORN, stop_s=0.3))
    began = time.monotonic()
    await supervisor.stop()
    assert 0.3 <= time.monotonic() - began < 2
    assert not runs(child.pid)


async def test_in_a_hurry_nobody_is_waited_for(supervisor: Supervisor, tmp_path: Path) -> None:
    child = await started(supervisor, program(tmp_path, STUBBORN, stop_s=60))
    supervisor.hurry.set()
    began = time.monotonic()
    await supervisor.stop()
    assert time.monotonic() - began < 2
    assert not runs(child.pid)


async def test_what_a_program_has_started_goes_with_it(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    child = await started(supervisor, program(tmp_path, PARENT))
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
from tests.unit.supervised import POLITE, program

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
