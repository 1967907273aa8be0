"""Settings that stand in `.env` under a name that nobody reads."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values

ALIKE = 0.8
"""So much of two names has to be the same. Other programs may have settings in the file, too."""


def misspelt(path: Path, known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Names in the file, each beside the one that is probably meant; `known` are all there are."""
    names = {name.upper() for name in known}
    if not path.is_file():
        return
    for name in dotenv_values(path, interpolate=False):
        alike = get_close_matches(name.upper(), names, 1, ALIKE)
        if name.upper() not in names and alike:
            yield name, alike[0]
