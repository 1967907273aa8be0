"""A network of a container's own: only its loopback, with some of this machine's ports on it."""

import asyncio
import contextlib
import ctypes
import os
import socket
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Self

from tests.servers.process import HOST

CLONE_NEWNET = 0x40000000
OURS = Path("/proc/thread-self/ns/net")
Join = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_libc = ctypes.CDLL(None, use_errno=True)


class OwnNetwork:
    """So that containers can have the same ports. Begins and ends in the event loop's thread.

    `ports` of this machine's 127.0.0.1 are found in there at the same numbers, like a server of
    another container; what is not listening here is hung up on there.
    """

    def __init__(self, name: str, ports: Sequence[int]) -> None:
        self.name, self._ports = f"ab-{os.getpid()}-{name}", ports
        self.path = Path("/run/netns") / self.name
        self._servers: list[asyncio.Server] = []

    async def __aenter__(self) -> Self:
        subprocess.run(["ip", "netns", "add", self.name], check=True)
        subprocess.run(["ip", "-n", self.name, "link", "set", "lo", "up"], check=True)
        for port, line in zip(self._ports, self._listening(), strict=True):
            self._servers.append(await asyncio.start_server(self._joining(port), sock=line))
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in self._servers:
            server.close()
        subprocess.run(["ip", "netns", "delete", self.name], check=True)

    def _listening(self) -> list[socket.socket]:
        """A socket stays in the network in which it was made."""
        with OURS.open() as ours, self.path.open() as theirs:
            _enter(theirs.fileno())
            try:
                return [socket.create_server((HOST, port)) for port in self._ports]
            finally:
                _enter(ours.fileno())

    def _joining(self, port: int) -> Join:
        async def join(inner: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
            try:
                reader, writer = await asyncio.open_connection(HOST, port)
            except OSError:
                out.close()
                return
            await asyncio.gather(_carry(inner, writer), _carry(reader, out))

        return join


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


def _enter(namespace: int) -> None:
    if _libc.setns(namespace, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
