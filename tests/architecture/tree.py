"""The files that make up this repository."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MADE_BY_TOOLS = ("var", "build", "dist", "__pycache__")


def files() -> list[Path]:
    """All that git tracks or would track; without git, all but hidden and generated folders."""
    asked = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        return walked()
    return [ROOT / name for name in asked.stdout.split("\0") if name and (ROOT / name).is_file()]


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def text_of(file: Path) -> str:
    """Nothing, if it is an image or another binary."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def walked() -> list[Path]:
    found = []
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name[0] != "." and name not in MADE_BY_TOOLS]
        found += [Path(folder, name) for name in names]
    return found
