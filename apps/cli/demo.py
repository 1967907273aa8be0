"""`demo`: a stack of its own for half a minute, and messages that meet every kind of trouble."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from apps.cli.exits import CommandFailed
from apps.cli.show import plain
from apps.cli.supervisor import tied_to_parent
from apps.cli.welcome import READY
from infra.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
READY_WITHIN_S = 20.0
HURRY_AFTER_S = 0.2
STOP_WITHIN_S = 12.0
POLL_S = 0.02
RETRY_S = 5  # half of what it is by default: a demo is watched
OWN = {
    "BOT_ENABLED": "false",
    "VALKEY_PORT": "0",
    "SANDBOX_PORT": "0",
    "WORKER_CONCURRENCY": "2",
    "SEND_RETRY_DELAY": str(RETRY_S),
}


def demo() -> None:
    """Raises CommandFailed where a message did not end as it must; its folder then stays."""
    began_s = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the stack like Ctrl-C
    folder = Path(tempfile.mkdtemp(prefix="analyticbot-demo-"))
    environment = _environment(folder)
    try:
        with _stack(folder, environment):
            plain(
                f"Sandbox, broker, worker and Beat run in {folder}; retries wait {RETRY_S} s here"
            )
            faults = _play(folder, environment)
    except KeyboardInterrupt:
        shutil.rmtree(folder)
        raise
    if faults:
        raise CommandFailed(f"{'; '.join(faults)}. The ledger and all logs are in {folder}")
    shutil.rmtree(folder)
    plain(f"All ended as they should, after {time.monotonic() - began_s:.0f} s.")


def _play(folder: Path, environment: Mapping[str, str]) -> list[str]:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    # Only now: its import reads the settings.
    from apps.cli.scenes import play  # noqa: PLC0415

    return play(load_settings().telegram_api_url)


def _environment(folder: Path) -> dict[str, str]:
    """None of the settings in force here: an own token or database is not for a demo. What a
    .env says is left behind with the working directory.
    """
    own = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in own}
    return {**kept, **OWN, "DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}


@contextmanager
def _stack(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """`up`, in that folder, as long as this lasts."""
    told = folder / "up.txt"
    with told.open("wb") as output:
        up = subprocess.Popen(
            [sys.executable, "-m", "apps.cli", "up"],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C ends the demo, and the demo ends it
            preexec_fn=tied_to_parent(),  # noqa: PLW1509 (no lock is taken in it)
        )
    try:
        _until_ready(up, told)
        yield
    finally:
        _end(up)


def _end(up: subprocess.Popen[bytes]) -> None:
    """In a hurry, by asking twice: nothing is left to be sent, and nothing of it is kept."""
    for seconds in (HURRY_AFTER_S, STOP_WITHIN_S):
        up.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            up.wait(seconds)
    up.kill()
    up.wait()


def _until_ready(up: subprocess.Popen[bytes], told: Path) -> None:
    give_up_at = time.monotonic() + READY_WITHIN_S
    while READY not in (text := told.read_text()):
        if up.poll() is not None or time.monotonic() > give_up_at:
            raise CommandFailed(f"the demo's stack did not start; it said:\n{text}")
        time.sleep(POLL_S)
