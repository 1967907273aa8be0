"""The commands about messages. Each imports what it needs when it runs: `--help` must not wait
for Celery, and bad settings must not end in its import.
"""
# ruff: noqa: PLC0415

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from apps.cli.arguments import ChatCommand
from apps.cli.media_options import Media, with_media
from apps.cli.options import (
    At,
    Chat,
    Id,
    Json,
    Key,
    More,
    ParseMode,
    Silent,
    Text,
    Uncertain,
    examples,
    options_of,
)
from apps.cli.repeats import parse_repeat
from apps.cli.time_words import FORMS
from apps.cli.times import parse_at
from core.errors import InvalidInput
from core.message import State
from core.recurring_message import Missed
from infra.settings import load_settings

app = typer.Typer()


@app.command(
    cls=ChatCommand,
    epilog=examples(
        'send 123 "Hello"',
        'send -1001234567890 "<b>Hello</b>" --parse-mode HTML --silent',
        'send @channel "Look" --photo https://example.org/a.jpg --json',
        'send 123 "Look" --video clip.mp4 --upload-to 456',
        "send 123 Hello -o 'reply_markup={\"force_reply\":true}'",
    ),
)
@with_media
def send(
    chat: Chat,
    media: Media,
    text: Text = None,
    parse_mode: ParseMode = None,
    silent: Silent = False,
    key: Key = None,
    on_uncertain: Uncertain = None,
    option: More = None,
    timeout: Annotated[float, typer.Option(min=0, help="Seconds to wait for its end.")] = 15.0,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Don't wait for its end.")] = False,
    as_json: Json = False,
) -> None:
    """Send a message now, and wait until it has ended."""
    options = options_of(parse_mode, silent, media, key, on_uncertain, option)
    load_settings()
    from apps.cli import messages

    draft = messages.Draft(chat, text, options, media.upload_to)
    messages.send(draft, wait_s=None if no_wait else timeout, json=as_json)


@app.command(
    cls=ChatCommand,
    epilog=examples(
        'schedule 123 "Good morning" --at "2026-12-01 09:00" --tz Europe/Berlin',
        'schedule 123 "Good morning" --repeat "every weekday at 09:00" --tz Europe/Berlin',
        'schedule 123 Rent --at "2026-12-31 18:00" --repeat "on the last day of every month"',
        'schedule 123 Soon --at "tomorrow 9:00"',
        "schedule 123 Soon --at +10m",
        "schedule -1001234567890 Now --at 2026-12-01T09:00:00+01:00 --json",
    ),
)
@with_media
def schedule(
    chat: Chat,
    media: Media,
    text: Text = None,
    at: At = "",
    tz: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Zone of --at; by default this machine's.")
    ] = None,
    fold: Annotated[
        int | None,
        typer.Option(
            min=0, max=1, help="Where clocks go back: 0 the first of the two, 1 the second."
        ),
    ] = None,
    repeat: Annotated[
        str | None,
        typer.Option(
            metavar="WORDS", help='"every weekday", say, or an RRULE; --at is then the first time.'
        ),
    ] = None,
    missed: Annotated[
        Missed | None,
        typer.Option(help="With --repeat: a date missed while nothing ran is sent late, or not."),
    ] = None,
    parse_mode: ParseMode = None,
    silent: Silent = False,
    key: Key = None,
    on_uncertain: Uncertain = None,
    option: More = None,
    as_json: Json = False,
) -> None:
    """Send a message at a time to come, or again and again with --repeat."""
    options = options_of(parse_mode, silent, media, key, on_uncertain, option)
    if repeat is not None:
        missed, asked = missed or Missed.SEND, (chat, text, options, media.upload_to)
        return _repeat(asked, (repeat, at, tz, fold), missed, json=as_json)
    if missed is not None:
        raise InvalidInput("--missed", "goes with --repeat alone", "what is late is sent late")
    if not at:
        raise InvalidInput("--at", "is missing", FORMS)
    when = parse_at(at, tz, datetime.now(UTC), fold)
    load_settings()
    from apps.cli import messages

    draft = messages.Draft(chat, text, options, media.upload_to)
    return messages.schedule(draft, when, json=as_json)


def _repeat(
    asked: tuple[str, str | None, Mapping[str, Any], str | None],
    times: tuple[str, str, str | None, int | None],
    missed: Missed,
    *,
    json: bool,
) -> None:
    repeat, at, tz, fold = times
    if fold is not None:
        problem = "does not go with --repeat"
        raise InvalidInput("--fold", problem, "a time that comes twice is meant as the first")
    parsed = parse_repeat(repeat, at, tz, datetime.now(UTC))
    load_settings()
    from apps.cli import messages, recurring

    recurring.schedule(messages.Draft(*asked), parsed, missed, json=json)


@app.command("list", epilog=examples("list", "list --state failed --state uncertain --json"))
def list_(
    state: Annotated[list[State] | None, typer.Option(help="Only these; may be repeated.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: Json = False,
) -> None:
    """The newest messages."""
    load_settings()
    from apps.cli import messages

    messages.show_all(state or [], limit, json=as_json)


@app.command(epilog=examples("show 12", "show 12 --json"))
def show(message_id: Id, as_json: Json = False) -> None:
    """One message, with each of its attempts."""
    load_settings()
    from apps.cli import messages

    messages.show(message_id, json=as_json)


@app.command(epilog=examples("cancel 12"))
def cancel(message_id: Id, as_json: Json = False) -> None:
    """Call a message off that is not yet on its way."""
    load_settings()
    from apps.cli import messages

    messages.cancel(message_id, json=as_json)


@app.command(epilog=examples("retry 12"))
def retry(message_id: Id, as_json: Json = False) -> None:
    """Try a message again that failed."""
    load_settings()
    from apps.cli import messages

    messages.retry(message_id, json=as_json)


@app.command(epilog=examples("settle 12 --sent", "settle 12 --resend"))
def settle(
    message_id: Id,
    sent: Annotated[
        bool | None, typer.Option("--sent/--resend", help="You see it in the chat, or you don't.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Decide on a message whose end is uncertain, once you have looked into the chat."""
    if sent is None:
        raise InvalidInput("--sent or --resend", "is missing", "look into the chat first")
    load_settings()
    from apps.cli import messages

    messages.settle(message_id, sent=sent, json=as_json)
