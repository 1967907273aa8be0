"""What `up` prints once everything runs: what is where, and what to try."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.text import Text

from apps.cli import ports
from apps.cli.prepared import Prepared
from apps.cli.show import console, plain, table
from apps.cli.stack import Stack
from apps.cli.supervisor import Child

FLOWER_PORT = 5555
READY = "Ready after"


def welcome(stack: Stack, found: Prepared, children: Mapping[str, Child], after_s: float) -> None:
    plain("")
    _show_what_runs(stack, found, children)
    for line in _warnings(stack, found):
        plain(f"\nNote: {line}")
    for line in _pairing(stack, found):
        plain(line)
    for line in _login(stack, found):
        plain(line)
    plain("\nTry, from another shell in this folder:")
    for command in _commands(stack):
        plain(f"  {command}")
    if stack.sandbox_port:
        plain(f"\nSee what the sandbox received: {stack.telegram_url}/")
    plain(f"\n{READY} {after_s:.1f} s. Ctrl-C stops everything.")


def _show_what_runs(stack: Stack, found: Prepared, children: Mapping[str, Child]) -> None:
    runs = table("what", "pid", "where", "log")
    runs.add_row("telegram", "", Text(_bot(stack, found)), "")
    runs.add_row("ledger", "", Text(found.ledger), "")
    if not stack.valkey_port:
        runs.add_row("broker", "", "at REDIS_URL, not ours to run", "")
    runs.add_row("figures", "", stack.metrics_url, "")
    for name, child in children.items():
        log = _short(child.program.log.path)
        runs.add_row(name, str(child.pid), _where(stack, name), Text(log))
    console().print(runs)


def _bot(stack: Stack, found: Prepared) -> str:
    if stack.sandbox_port:
        return "the sandbox's: BOT_TOKEN is not set, nothing goes to Telegram"
    name = found.bot or f"bot {stack.settings.bot_id}"
    return f"{name} at {stack.telegram_url}"


def _where(stack: Stack, name: str) -> str:
    if name == "sandbox":
        return f"{stack.telegram_url}/"
    if name == "valkey":
        return f"{ports.HOST}:{stack.valkey_port}"
    if name == "api":
        return f"{stack.web_url}/"
    return f"{stack.settings.worker_concurrency} processes" if name == "worker" else ""


def _warnings(stack: Stack, found: Prepared) -> Iterator[str]:
    yield from found.warnings
    if found.other_bots:
        bots = ", ".join(map(str, found.other_bots))
        yield f"the ledger holds waiting messages of other bots ({bots}): kept, and not sent"
    if not stack.sandbox_port and "BOT_TOKEN" in os.environ:
        yield "BOT_TOKEN comes from the environment: set it in other shells, too, or put it in .env"


def _pairing(stack: Stack, found: Prepared) -> Iterator[str]:
    if found.pairing:
        yield "\nThe bot has no owner yet: whoever sends it this within a day becomes one"
        yield f"  /start {found.pairing}"
        name = found.bot.partition(" ")[0].removeprefix("@")
        if name and not stack.sandbox_port:
            yield f"  or opens https://t.me/{name}?start={found.pairing}"


def _login(stack: Stack, found: Prepared) -> Iterator[str]:
    if stack.api_port:
        yield f"\nThe dashboard: {stack.web_url}/"
    if found.login:
        yield "Nobody has logged in yet: this link does so, once, within a day"
        yield f"  {stack.web_url}/login/{found.login}"


def _commands(stack: Stack) -> Iterator[str]:
    cli = command_line()
    celery = f"{_short(Path(sys.executable).with_name('celery'))} -A infra.celery.celery_app"
    chat = "123" if stack.sandbox_port else "@your_channel"
    yield f'{cli} send {chat} "Hello"'
    yield f'{cli} schedule {chat} "Good morning" --at +1m'
    yield f"{cli} list"
    yield f"{celery} inspect ping"
    yield f"{celery} flower    # then http://localhost:{FLOWER_PORT}/"


def command_line() -> str:
    """How this command is called from here."""
    script = Path(sys.executable).with_name("analyticbot")
    return _short(script) if script.exists() else f"{_short(Path(sys.executable))} -m apps.cli"


def _short(path: Path) -> str:
    """As it is written from the working directory."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
