"""Arguments and options that several commands share."""

from typing import Annotated, Any

import typer

from apps.cli.arguments import option_pairs
from apps.cli.media_options import Media
from core.message import OnUncertain

Chat = Annotated[str, typer.Argument(metavar="CHAT", help="A number or an @name.")]
Text = Annotated[
    str | None, typer.Argument(metavar="TEXT", help="The text; with a file, its caption.")
]
Id = Annotated[
    int, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="The message's id in the ledger.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
ParseMode = Annotated[
    str | None,
    typer.Option(metavar="MODE", help="HTML, MarkdownV2 or Markdown: how TEXT is written."),
]
Silent = Annotated[bool, typer.Option("--silent", help="Notify without a sound.")]
Key = Annotated[
    str | None,
    typer.Option(help="Idempotency key: the same key with the same content is the same message."),
]
Uncertain = Annotated[
    OnUncertain | None,
    typer.Option(help="If Telegram's answer is hidden: resend (may cost a copy) or park."),
]
At = Annotated[
    str, typer.Option(metavar="TIME", help='"2026-12-01 09:00", +10m, or "tomorrow 9:00".')
]
More = Annotated[
    list[str] | None,
    typer.Option(
        "--option", "-o", metavar="NAME=VALUE", help="Any other option of send_message_task."
    ),
]


def examples(*lines: str) -> str:
    return "\n".join(["\b", "Examples:", *(f"  analyticbot {line}" for line in lines)])


def options_of(
    parse_mode: str | None,
    silent: bool,
    media: Media,
    key: str | None,
    on_uncertain: OnUncertain | None,
    pairs: list[str] | None,
) -> dict[str, Any]:
    """What was given of the options of send_message_task."""
    named = {
        "parse_mode": parse_mode,
        "disable_notification": silent or None,
        "idempotency_key": key,
        "on_uncertain": on_uncertain and on_uncertain.value,
    }
    given = {name: value for name, value in named.items() if value is not None}
    return option_pairs(pairs or []) | media.files | given
