"""The file that a command writes: there once all of it is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from core.errors import InvalidInput
from core.spreadsheet import ENCODING

STDOUT = "-"


@contextmanager
def target(file: str) -> Iterator[TextIO]:
    """The file is there when all of it is. Raises InvalidInput."""
    if file == STDOUT:
        yield sys.stdout
        return
    path = Path(file).resolve()
    # A device, say, is written to: the file that took its place would be there for good.
    is_replaced = path.is_file() or not path.exists()
    unfinished = path.with_name(f"{path.name}.part") if is_replaced else path
    try:
        with unfinished.open("w", encoding=ENCODING, newline="") as out:
            yield out
        if is_replaced:
            unfinished.replace(path)
    except OSError as error:
        raise InvalidInput("FILE", f"{file} cannot be written: {error.strerror}") from None
    finally:
        if is_replaced:
            unfinished.unlink(missing_ok=True)
