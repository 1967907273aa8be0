"""A process of ours that is spoken with: a line of JSON each way."""

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from tests.servers.nursery import PYTHON, begun

STDERR = 2


class Spoken:
    """`python -m MODULE`; its stderr goes to `log`, or is ours. By one thread at a time."""

    def __init__(
        self,
        module: str,
        folder: Path,
        environment: Mapping[str, str],
        log: IO[Any] | None = None,
    ) -> None:
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        self._in, self._out = os.fdopen(ours_in, "wb"), os.fdopen(ours_out, "rb")
        with ExitStack() as closing:
            stdin = closing.enter_context(os.fdopen(theirs_in, "rb"))
            stdout = closing.enter_context(os.fdopen(theirs_out, "wb"))
            log = log or closing.enter_context(os.fdopen(os.dup(STDERR), "wb"))
            streams = (stdin, stdout, log)
            self._process = begun([*PYTHON, module], folder, environment, streams)

    def say(self, what: Any) -> None:
        self._in.write(json.dumps(what).encode() + b"\n")
        self._in.flush()

    def heard(self) -> Any:
        """Its next line; None once it has ended."""
        line = self._out.readline()
        return json.loads(line) if line else None

    def kill(self) -> None:
        """Lets a thread go that waits for a line."""
        self._process.kill()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._in.close()
        self._out.close()
