"""What a send costs the sandbox, beside an aiohttp server that answers a constant.

64 keep-alive connections, one request in flight on each, from a client that only counts
bytes; the CPU is the server process's own. Run: python -m benchmarks.bench_sandbox
"""

import argparse
import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection

import psutil
from aiohttp import web

from benchmarks.instant import CONSTANT, length_told
from sandbox.server import Sandbox

CONNECTIONS = 64
SENDS = 30_000
WARM_UP = 3_000
BODY = '{"chat_id":%d,"text":"Good morning! The figures of yesterday are in: 1,204 views."}'


@dataclass(frozen=True, slots=True)
class Row:
    """One server's result."""

    name: str
    cpu_us: float
    sends_per_s: float


class Client(asyncio.Protocol):
    """One connection: writes a request, reads its answer, writes the next."""

    def __init__(self, requests: list[bytes], done: asyncio.Event) -> None:
        self._requests, self._done, self._buffer = requests, done, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, body = self._buffer.partition(b"\r\n\r\n")
        if end and len(body) >= length_told(head):
            assert head.startswith(b"HTTP/1.1 200"), self._buffer
            self._buffer = b""
            self._next()

    def _next(self) -> None:
        if self._requests:
            self._transport.write(self._requests.pop())
        else:
            self._transport.close()
            self._done.set()


async def serve_sandbox(told: Connection) -> None:
    async with Sandbox(rate=0, chat_rate=0, group_rate=0) as sandbox:
        told.send(sandbox.port)
        await asyncio.Event().wait()


async def serve_application(told: Connection) -> None:
    """aiohttp as it is used mostly: an application with a route."""

    async def constant(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=CONSTANT, content_type="application/json")

    application = web.Application()
    application.router.add_post("/{token}/{method}", constant)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    told.send(runner.addresses[0][1])
    await asyncio.Event().wait()


async def serve_bare(told: Connection) -> None:
    """aiohttp at its least: the sandbox stands on this."""

    async def constant(request: web.BaseRequest) -> web.Response:
        await request.read()
        return web.Response(body=CONSTANT, headers={"Content-Type": "application/json"})

    server = web.Server(constant, access_log=None)
    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    told.send(listener.sockets[0].getsockname()[1])
    await asyncio.Event().wait()


def _run(serve: Callable[[Connection], Awaitable[None]], told: Connection) -> None:
    asyncio.run(serve(told))  # type: ignore[arg-type]


def measure(name: str, serve: Callable[[Connection], Awaitable[None]], sends: int) -> Row:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(serve, theirs), daemon=True)
    process.start()
    try:
        port = ours.recv()
        asyncio.run(_load(port, WARM_UP))
        before, began = _cpu_s(process.pid), time.perf_counter()
        asyncio.run(_load(port, sends))
        took_s = time.perf_counter() - began
        cpu_s = _cpu_s(process.pid) - before
    finally:
        process.kill()
        process.join()
    return Row(name, cpu_s / sends * 1e6, sends / took_s)


def _cpu_s(pid: int | None) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


async def _load(port: int, sends: int) -> None:
    """Every send goes to a chat of its own; each connection has its share of them."""
    loop, done = asyncio.get_running_loop(), [asyncio.Event() for _ in range(CONNECTIONS)]
    requests = [_request(1_000 + number) for number in range(sends)]
    for index, event in enumerate(done):
        share = requests[index::CONNECTIONS]
        await loop.create_connection(partial(Client, share, event), "127.0.0.1", port)
    await asyncio.gather(*(event.wait() for event in done))


def _request(chat_id: int) -> bytes:
    body = BODY % chat_id
    return (
        "POST /bot1:bench/sendMessage HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Accept: */*\r\nAccept-Encoding: gzip, deflate\r\nUser-Agent: bench\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sends", type=int, default=SENDS)
    sends = parser.parse_args().sends
    servers = {
        "aiohttp application, a constant": serve_application,
        "aiohttp bare server, a constant": serve_bare,
        "sandbox, sendMessage": serve_sandbox,
    }
    print(f"{'server':34}{'CPU µs/send':>14}{'sends/s':>12}")
    for name, serve in servers.items():
        row = measure(name, serve, sends)
        print(f"{row.name:34}{row.cpu_us:>14.0f}{row.sends_per_s:>12,.0f}")


if __name__ == "__main__":
    main()
