"""Ports of this machine: which are free, and who has one that is not."""

import os
import random
import socket
from pathlib import Path

from apps.cli.exits import CommandFailed, Exit

HOST = "127.0.0.1"
# Below those that the kernel gives to outgoing connections: while a server is down, a client
# that keeps reconnecting to a port from that range can end up connected to itself.
FREE = (15_000, 32_000)
LISTENING = "0A"


def choose(port: int, variable: str, who: str) -> int:
    """This port, or any free one for 0. Raises CommandFailed that names whoever has it."""
    if not port:
        return free_port()
    try:
        _bind(port)
    except OSError as error:
        reason = f"is in use by {owner_of(port) or 'another program'}"
        if error.errno not in (98, 48):  # EADDRINUSE on Linux and on macOS
            reason = f"cannot be used ({error.strerror})"
        raise CommandFailed(
            f"port {port}, meant for {who}, {reason}; end that, "
            f"or set {variable} to another port (0 for any free one)",
            Exit.TAKEN,
        ) from None
    return port


def free_port() -> int:
    while True:
        port = random.randint(*FREE)
        try:
            _bind(port)
        except OSError:
            continue
        return port


def answers(port: int, ask: bytes = b"", expected: bytes = b"") -> bool:
    """Whether somebody listens there and, if asked, answers as expected."""
    try:
        with socket.create_connection((HOST, port), timeout=0.5) as line:
            if ask:
                line.sendall(ask)
                return line.recv(len(expected)) == expected
    except OSError:
        return False
    return True


def owner_of(port: int) -> str:
    """ "name (pid 123)" of the process that listens on the port; "" where that cannot be seen."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        if sockets and sockets & _files_of(process):
            name = (process / "comm").read_text().strip()
            return f"{name} (pid {process.name})"
    return ""


def _bind(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        probe.listen()  # two may bind with SO_REUSEADDR, only one may listen


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if table.exists():
            rows = (line.split() for line in table.read_text().splitlines()[1:])
            found |= {
                row[9]
                for row in rows
                if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port
            }
    return found


def _files_of(process: Path) -> set[str]:
    """What its file descriptors point to; nothing for another user's process."""
    found = set()
    try:
        for descriptor in (process / "fd").iterdir():
            found.add(os.readlink(descriptor))  # noqa: PTH115 (no path: "socket:[123]")
    except OSError:
        pass  # it ended, or is not ours
    return found
