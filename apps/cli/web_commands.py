"""The commands about the web: who may log in, and keys. Each imports what it needs when it runs."""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from apps.cli.options import Json, examples
from core.person import Role
from core.scope import Scope
from infra.settings import load_settings

app = typer.Typer(help="Who may use the web: people and keys.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="As it is typed at the login.")]


@app.command(epilog=examples("web link", "web link grace"))
def link(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Whom; by default the first owner.")
    ] = None,
) -> None:
    """Make a link that logs somebody in, once, within 15 minutes."""
    load_settings()
    from apps.cli import web

    web.link(name)


@app.command(epilog=examples("web people", "web people --json"))
def people(as_json: Json = False) -> None:
    """Who may log in."""
    load_settings()
    from apps.cli import web

    web.people(json=as_json)


@app.command(epilog=examples("web add grace --role editor"))
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.VIEWER,
    as_json: Json = False,
) -> None:
    """Make an account, and a link for it."""
    load_settings()
    from apps.cli import web

    web.add(name, role, json=as_json)


@app.command(epilog=examples("web disable grace"))
def disable(name: Name) -> None:
    """Shut somebody out, at once. The last owner stays."""
    load_settings()
    from apps.cli import web

    web.disable(name)


@app.command(epilog=examples("web enable grace"))
def enable(name: Name) -> None:
    """Let somebody in again."""
    load_settings()
    from apps.cli import web

    web.enable(name)


@app.command(epilog=examples("web password grace", "web password grace < password.txt"))
def password(name: Name) -> None:
    """Set a password: asked for twice, or one line of the standard input. Logs out everywhere."""
    load_settings()
    from apps.cli import web_password

    web_password.set_password(name)


@app.command(epilog=examples("web keys", "web keys --json"))
def keys(as_json: Json = False) -> None:
    """The keys by which programs use the API."""
    load_settings()
    from apps.cli import web_keys

    web_keys.keys(json=as_json)


@app.command(epilog=examples('web key "the shop" --scope write'))
def key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.")],
    scope: Annotated[Scope, typer.Option(help="What it may do.")] = Scope.READ,
    as_json: Json = False,
) -> None:
    """Make a key. It is printed here and can be shown nowhere else."""
    load_settings()
    from apps.cli import web_keys

    web_keys.make(name, scope, json=as_json)


@app.command(epilog=examples("web revoke 3"))
def revoke(
    key_id: Annotated[
        int, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="As `web keys` shows it.")
    ],
) -> None:
    """Revoke a key: from the next request on it is unknown."""
    load_settings()
    from apps.cli import web_keys

    web_keys.revoke(key_id)
