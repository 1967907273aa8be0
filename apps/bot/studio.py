"""The process in which charts are drawn: started for the first, gone when none is asked for."""

import asyncio
import contextlib
import json
import logging
import sys
from pathlib import Path

from apps.bot.chart import Chart
from apps.bot.charts import LENGTH_BYTES

log = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
WITHIN_S = 20.0
IDLE_S = 120.0
PROGRAM = "apps.bot.charts"


class ChartFailed(Exception):
    """There is no picture; the log has the reason."""


class Studio:
    """Draws one chart at a time. `folder` is where matplotlib remembers the fonts.

    The process ends with ours, however that ends: its stdin does.
    """

    def __init__(self, folder: Path, idle_s: float = IDLE_S) -> None:
        self._folder, self._idle_s = folder, idle_s
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.TimerHandle | None = None

    async def draw(self, chart: Chart) -> bytes:
        """A PNG. Raises ChartFailed."""
        async with self._turn:
            if self._ending is not None:
                self._ending.cancel()
            try:
                async with asyncio.timeout(WITHIN_S):
                    picture = await self._ask(chart)
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
                self._kill()
                raise ChartFailed(f"{type(error).__name__}: {error}") from error
            except BaseException:  # cancelled: the next would read this one's answer
                self._kill()
                raise
            loop = asyncio.get_running_loop()
            self._ending = loop.call_later(self._idle_s, self._kill)
        if not picture:
            raise ChartFailed("it could not be drawn")
        return picture

    async def close(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        process = self._process
        self._kill()
        if process is not None:
            await process.wait()

    async def _ask(self, chart: Chart) -> bytes:
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(chart.facts()).encode() + b"\n")
        await process.stdin.drain()
        length = int.from_bytes(await process.stdout.readexactly(LENGTH_BYTES))
        return await process.stdout.readexactly(length)

    async def _start(self) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        asked = (sys.executable, "-m", PROGRAM, str(self._folder.absolute()))
        return await asyncio.create_subprocess_exec(*asked, stdin=pipe, stdout=pipe, cwd=ROOT)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
