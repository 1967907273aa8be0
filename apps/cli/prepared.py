"""What `apps.cli.prepare`, a process of its own, has found; and how it is started."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.cli.exits import CommandFailed, Exit
from apps.cli.stack import Stack
from apps.cli.supervisor import tied_to_parent

ASK_BOT = "--ask-bot"
CHECK_REDIS = "--check-redis"


@dataclass
class Prepared:
    """Everything is as it must be; or `error`, and the exit code that goes with it.

    `pairing` is the code that makes somebody the bot's owner, "" where there is one; `login` that
    of a link by which the web's first owner logs in, "" where there is an account.
    """

    ledger: str = ""
    bot: str = ""
    pairing: str = ""
    login: str = ""
    other_bots: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error: str = ""
    code: int = Exit.OK


class Preparation:
    """The process; it goes on after its answer, to warm the governor."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def result(self) -> Prepared:
        """Raises CommandFailed where the stack cannot be started."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise CommandFailed("the ledger could not be prepared; see above")
        prepared = Prepared(**json.loads(line))
        if prepared.error:
            raise CommandFailed(prepared.error, Exit(prepared.code))
        return prepared

    async def end(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


async def begin(stack: Stack) -> Preparation:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "apps.cli.prepare", *_checks(stack)),
        env=dict(stack.environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
        preexec_fn=tied_to_parent(),
    )
    return Preparation(process)


def _checks(stack: Stack) -> Sequence[str]:
    own_bot, own_redis = not stack.sandbox_port, not stack.valkey_port
    return [ASK_BOT] * own_bot + [CHECK_REDIS] * own_redis
