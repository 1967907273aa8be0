"""Runs the benchmarks one after the other, each in a process of its own.

`python -m benchmarks` runs all of them, `python -m benchmarks lateness burst` these two.
"""

import argparse
import ast
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PREFIX = "bench_"
QUICK = "--quick"
NOT_SO_QUICK = {"sandbox": ["--sends", "3000"], "plans": ["--messages", "20000"]}
"""How those are made short that know no --quick."""


def names() -> dict[str, str]:
    """Every benchmark, and what its first line says."""
    files = sorted(HERE.glob(f"{PREFIX}*.py"))
    return {file.stem.removeprefix(PREFIX): _first_line(file) for file in files}


def _first_line(file: Path) -> str:
    return (ast.get_docstring(ast.parse(file.read_text())) or "").partition("\n")[0]


def run(name: str, options: list[str]) -> int:
    """Its exit code."""
    module = f"benchmarks.{PREFIX}{name}"
    return subprocess.run([sys.executable, "-m", module, *options], check=False).returncode


def main() -> int:
    found = names()
    listed = "\n".join(f"  {name:18}{line}" for name, line in found.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=f"{__doc__}\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="*", help="which; all, if none is named")
    parser.add_argument(QUICK, action="store_true", help="short runs, where there are such")
    asked = parser.parse_args()
    if unknown := set(asked.name) - found.keys():
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    chosen = asked.name or found
    failed = [name for name in chosen if run(name, _quick(name) if asked.quick else [])]
    if failed:
        sys.stderr.write(f"did not run to their end: {', '.join(failed)}\n")
    return bool(failed)


def _quick(name: str) -> list[str]:
    return NOT_SO_QUICK.get(name, [QUICK])


if __name__ == "__main__":
    sys.exit(main())
