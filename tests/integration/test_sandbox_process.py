"""`python -m sandbox` as a process: its port file, its receipts file, its end."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.client import Client

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def running(folder: Path, *options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    port_file = str(folder / "port")
    command = (sys.executable, "-m", "sandbox", "--port", "0", "--port-file", port_file, *options)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        assert (await process.stderr.readline()).startswith(b"sandbox: http://127.0.0.1:")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def url_of(folder: Path) -> str:
    written = (folder / "port").read_text()
    assert written.endswith("\n")
    return f"http://127.0.0.1:{int(written)}"


async def test_it_listens_once_it_says_so_and_writes_its_receipts(tmp_path: Path) -> None:
    log = tmp_path / "receipts"
    async with running(tmp_path, "--receipts", str(log)), Client(url_of(tmp_path)) as client:
        assert (await client.send(5, "kept")).status == 200
        [line] = log.read_text().splitlines()
        assert json.loads(line)["text"] == "kept"


async def test_it_ends_within_a_second_though_a_request_is_held(tmp_path: Path) -> None:
    async with running(tmp_path) as process, Client(url_of(tmp_path)) as client:
        await client.post("faults", kind="hold")
        sending = asyncio.create_task(client.send(5))
        await client.get("held", wait_s=5)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        assert time.monotonic() - began < 1
        await asyncio.wait([sending])
        assert sending.exception() is not None


async def test_the_limits_are_options(tmp_path: Path) -> None:
    options = ("--rate", "2", "--chat-rate", "0", "--token", "1:sandbox")
    async with running(tmp_path, *options), Client(url_of(tmp_path)) as client:
        statuses = [(await client.send(5)).status for _ in range(3)]
    assert statuses == [200, 200, 429]
