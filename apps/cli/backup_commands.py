"""The commands about the ledger as a whole. Each imports what it needs when it runs."""
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

from apps.cli.options import Json, examples

app = typer.Typer()


@app.command(
    epilog=examples("backup monday.backup", "backup - | ssh there 'cat > monday.backup'"),
)
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; - for stdout.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="A file of that name is replaced.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the whole ledger to one file, as it is at one moment; everything may go on running.

    It can be restored to SQLite and to Postgres alike, whichever it comes from. It holds personal
    data and hashes of passwords: keep it as you keep the ledger.
    """
    from apps.cli import backup as page

    page.back_up(file, replace=replace, json=as_json)


@app.command(
    epilog=examples(
        "restore monday.backup --check",
        "restore monday.backup",
        "restore monday.backup --resend-due",
    ),
)
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` has written.")],
    check: Annotated[
        bool, typer.Option("--check", help="Only read the file, and say whether it is whole.")
    ] = False,
    resend_due: Annotated[
        bool,
        typer.Option(
            "--resend-due",
            help="Send what was due since the backup; what was sent since is sent twice.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Fill an empty ledger from a backup: all of it, or nothing where anything is amiss.

    What may have been sent since the backup is not sent again: such messages become uncertain, to
    be settled, and running broadcasts are paused.
    """
    from apps.cli import backup as page

    if check:
        return page.check(file, json=as_json)
    return page.restore(file, resend_due=resend_due, json=as_json)


@app.command(
    epilog=examples(
        "move --to postgresql://user:password@host/analyticbot",
        "move",
        "move --undo",
    ),
)
def move(
    to: Annotated[
        str | None,
        typer.Option(metavar="URL", help="An empty Postgres; by default DATABASE_URL's."),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="The SQLite ledger; by default DATA_DIR's."),
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Give up a move that has not ended; stay on SQLite.")
    ] = False,
) -> None:
    """Move the ledger from SQLite to Postgres, while nothing runs. Called again, it goes on.

    Nothing is lost or sent twice: the file is no ledger any more from the beginning of the move,
    and Postgres is one from its end.
    """
    from apps.cli import move as page

    if undo:
        return page.undo(source)
    return page.move(source, to)
