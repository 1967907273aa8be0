"""`analyticbot`: the commands, and how their errors become one line and an exit code.

What a command needs is imported when it runs: `--help` must not wait for Celery.
"""
# ruff: noqa: PLC0415

import logging
import os
import sys

import typer

from apps.cli import (
    audience_commands,
    backup_commands,
    broadcast_commands,
    channel_commands,
    commands,
    series,
    watch_commands,
    web_commands,
)
from apps.cli.exits import Exit, code_of, line_of
from apps.cli.options import examples
from core.errors import AnalyticBotError
from infra.settings import load_settings

EXITS = """\b
Exit codes:
  0  done
  1  not delivered, a part of the stack did not start, or `health` found it unhealthy
  2  bad input or settings; nothing was written
  3  no such message, channel or list, or its state does not allow this
  4  the ledger or the broker cannot be reached; nothing was written
  5  still waiting in the ledger when the time was up
  6  `up` runs here already, or a port is in use
"""


app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
database = typer.Typer(help="The ledger's schema.")


@app.callback(invoke_without_command=True, epilog=EXITS)
def analyticbot(context: typer.Context) -> None:
    """Schedule and send Telegram messages: none lost, none doubled, on time."""
    if context.invoked_subcommand is None:
        sys.stdout.write(context.get_help() + "\n")


@app.command(epilog=examples("up"))
def up() -> None:
    """Start everything here: ledger, broker, worker, Beat, the bot; a sandbox without BOT_TOKEN.

    Runs until Ctrl-C. Other shells in this folder find it through DATA_DIR (./var).
    """
    from apps.cli.up import up as run

    run()


@app.command(epilog=examples("owner"))
def owner() -> None:
    """Make a code by which one more person becomes an owner of the bot; it is good for a day."""
    load_settings()
    from apps.cli.owner import owner as run

    run()


@app.command(epilog=examples("demo"))
def demo() -> None:
    """Send a handful of messages through faults, and watch them; always against the sandbox."""
    from apps.cli.demo import demo as run

    run()


app.add_typer(commands.app)
app.add_typer(audience_commands.app, name="audience")
app.add_typer(broadcast_commands.app, name="broadcast")
app.add_typer(channel_commands.app)
app.add_typer(watch_commands.app)
app.add_typer(backup_commands.app)
app.add_typer(series.app, name="series")
app.add_typer(web_commands.app, name="web")
app.add_typer(database, name="db")


@database.command(epilog=examples("db upgrade"))
def upgrade() -> None:
    """Make the ledger, or bring it to the schema of this code. `up` does so by itself."""
    from apps.cli.database import upgrade as run

    run()


def main() -> None:
    """Run the command; every error of ours is one line on stderr and an exit code."""
    logging.basicConfig(level=logging.ERROR, format="analyticbot: %(message)s")
    try:
        code = run(sys.argv[1:])
    finally:
        _let_go()
    sys.exit(code)


def _let_go() -> None:
    """Close the connections of a command that has opened any: only it has imported this."""
    if (runtimes := sys.modules.get("infra.celery.runtime")) is not None:
        runtimes.close()


def run(words: list[str]) -> int:
    try:
        return int(app(words, prog_name="analyticbot", standalone_mode=False) or Exit.OK)
    except AnalyticBotError as error:
        text, code = line_of(error), code_of(error)
    except typer.TyperException as error:
        text, code = " ".join(error.format_message().split()), Exit.BAD_INPUT
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FAILED
    sys.stderr.write(f"analyticbot: {text}\n")
    return code
