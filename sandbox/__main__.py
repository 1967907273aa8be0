"""`python -m sandbox`: the server, until SIGTERM or SIGINT."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from sandbox.limits import BOT_RATE, CHAT_RATE, GROUP_RATE, PAID_RATE
from sandbox.server import Sandbox


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A Bot API to try and test against."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0 for a free one")
    parser.add_argument("--port-file", type=Path, help="written once the server listens")
    parser.add_argument("--rate", type=float, default=BOT_RATE, help="a second, for a bot; 0: any")
    parser.add_argument("--chat-rate", type=float, default=CHAT_RATE, help="a second, in a chat")
    parser.add_argument("--group-rate", type=float, default=GROUP_RATE, help="a minute, in a group")
    parser.add_argument("--paid-rate", type=float, default=PAID_RATE, help="a second, paid for")
    parser.add_argument("--token", help="the only token to accept")
    parser.add_argument("--receipts", type=Path, help="file to append a line to for each message")
    return parser


async def serve(asked: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    sandbox = Sandbox(
        asked.host,
        asked.port,
        rate=asked.rate,
        chat_rate=asked.chat_rate,
        group_rate=asked.group_rate,
        paid_rate=asked.paid_rate,
        token=asked.token,
        receipts=asked.receipts,
    )
    async with sandbox:
        _announce(sandbox, asked.port_file)
        await stopped.wait()


def _announce(sandbox: Sandbox, port_file: Path | None) -> None:
    """The file appears whole or not at all: whoever waits for it may read it at once."""
    if port_file is not None:
        draft = port_file.with_name(f"{port_file.name}.{os.getpid()}")
        draft.write_text(f"{sandbox.port}\n")
        draft.replace(port_file)
    sys.stderr.write(f"sandbox: {sandbox.url}/\n")


if __name__ == "__main__":
    asyncio.run(serve(options().parse_args()))
