"""A disk that is full costs a worker its figures, and none of its work."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import tree

FULL = os.strerror(errno.ENOSPC)
CHILD = """
import os, sys
from pathlib import Path
from infra.monitoring import metrics
from infra.monitoring.instruments import Runs, Sends

folder, when = Path(sys.argv[1]), sys.argv[2]
ballast = folder / "ballast"

def fill():
    with ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)) == 4096:
            pass

def fill_up():
    try:
        fill()
    except OSError as error:
        print(error.strerror)

if when == "before":
    fill_up()
try:
    metrics.write_as(folder, "child")
except OSError as error:
    print("told:", error.strerror)
if when == "afterwards":
    fill_up()
metrics.begin()
sends, runs = Sends(), Runs([f"a.b.task_{n}" for n in range(20)])
for n in range(20):
    runs.ran(f"a.b.task_{n}", 1.0)
sends.pour()
ballast.unlink()
print("lives, with", *sorted(file.suffix for file in folder.iterdir()))
"""


def test_a_child_whose_figures_have_no_room_lives_on(tmp_path: Path) -> None:
    told = on_a_small_disk(tmp_path, CHILD, "before")
    assert (told.returncode, told.stdout) == (0, f"{FULL}\ntold: {FULL}\nlives, with\n"), told


def test_a_disk_that_fills_up_later_kills_no_child(tmp_path: Path) -> None:
    told = on_a_small_disk(tmp_path, CHILD, "afterwards")
    assert (told.returncode, told.stdout) == (0, f"{FULL}\nlives, with .db .db .db\n"), told


def on_a_small_disk(folder: Path, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Where its size is a megabyte, in a mount of its own that ends with the program."""
    mounted = 'mount -t tmpfs -o size=1m tmpfs "$0" || exit 99; exec "$@"'
    inside = ["sh", "-c", mounted, str(folder), sys.executable, "-c", program, str(folder), *words]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tree.ROOT), "BOT_TOKEN": "1:a"}
    try:
        told = subprocess.run(
            ["unshare", "--mount", "--user", "--map-root-user", *inside],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    except FileNotFoundError:
        pytest.skip("unshare is not installed (util-linux)")
    if told.returncode in (1, 99) and "Traceback" not in told.stderr:
        pytest.skip(f"no mount of one's own can be made here: {told.stderr.strip()}")
    return told
