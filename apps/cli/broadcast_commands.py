"""The commands about broadcasts. Each imports what it needs when it runs, as in commands.py."""
# ruff: noqa: PLC0415

from datetime import UTC, datetime
from typing import Annotated

import typer

from apps.cli.arguments import ChatCommand
from apps.cli.audience_options import with_audience
from apps.cli.media_options import Media, with_media
from apps.cli.options import (
    At,
    Json,
    Key,
    More,
    ParseMode,
    Silent,
    Uncertain,
    examples,
    options_of,
)
from apps.cli.times import parse_at
from core.audience import Audience
from core.broadcast import MOST_ERRORS_IN_A_ROW
from core.message import State
from infra.settings import load_settings

app = typer.Typer(help="Broadcasts: one message for many, paused and resumed at will.")

Id = Annotated[int, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="The broadcast's id.")]
Zone = Annotated[
    str | None, typer.Option(metavar="ZONE", help="Zone of times; by default this machine's.")
]


@app.command(
    epilog=examples(
        "broadcast create 'Hello {first_name|friend}!' --tag customer --language en",
        "broadcast create '<b>News</b>' --parse-mode HTML --list spring --hours 9:00-21:00",
        "broadcast create 'Hello!' --hours 9:00-21:00 --their-time --tz Europe/Berlin",
        "broadcast create 'For these' --chats chats.txt --key autumn-sale",
        "broadcast create 'Look' --photo poster.jpg --upload-to 123456",
    )
)
@with_audience
@with_media
def create(
    audience: Audience,
    media: Media,
    text: Annotated[
        str | None,
        typer.Argument(metavar="TEXT", help="{first_name|friend} is each one's own; see the docs."),
    ] = None,
    chats: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Instead of subscribers: a file with a chat a line, or -."
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="What you call it.")] = "",
    hours: Annotated[
        str | None, typer.Option(metavar="FROM-TO", help="Send only then: 9:00-21:00, in --tz.")
    ] = None,
    tz: Zone = None,
    their_time: Annotated[
        bool,
        typer.Option(
            "--their-time", help="--hours by each one's own clock; --tz is for who has no zone."
        ),
    ] = False,
    paid: Annotated[
        bool, typer.Option("--paid", help="Up to 1,000 a second, for 0.1 Stars a message.")
    ] = False,
    errors: Annotated[
        int | None,
        typer.Option(
            min=0, max=MOST_ERRORS_IN_A_ROW, help="Errors in a row that pause it; 0 for never."
        ),
    ] = None,
    parse_mode: ParseMode = None,
    silent: Silent = False,
    key: Key = None,
    on_uncertain: Uncertain = None,
    option: More = None,
    as_json: Json = False,
) -> None:
    """Make a draft: check it, write down who gets it, and tell how long it will take.

    Broken off anywhere, the same command with the same --key goes on. Nothing is sent before
    `broadcast start`.
    """
    options = options_of(parse_mode, silent, media, key, on_uncertain, option)
    settings = load_settings()
    from apps.cli import broadcast_create as desk
    from apps.cli.broadcast_options import parse_hours

    when = parse_hours(hours, tz, their=their_time)
    order = desk.Order(
        text, options, audience, chats, name, when, paid, errors, upload_to=media.upload_to
    )
    desk.create(settings, order, json=as_json)


@app.command(
    "test",
    cls=ChatCommand,
    epilog=examples("broadcast test 3 123456", "broadcast test 3 @my_channel"),
)
def try_(
    broadcast_id: Id,
    chat: Annotated[str, typer.Argument(metavar="CHAT", help="Your own chat with the bot.")],
    as_json: Json = False,
) -> None:
    """Send it to one chat, as that one would get it. It does not count."""
    settings = load_settings()
    from apps.cli import broadcast_test as desk

    desk.test(settings, broadcast_id, chat, json=as_json)


@app.command(
    epilog=examples("broadcast start 3", 'broadcast start 3 --at "tomorrow 9:00" --tz Europe/Rome')
)
def start(
    broadcast_id: Id,
    at: At = "",
    tz: Zone = None,
    as_json: Json = False,
) -> None:
    """Let it be sent: now, or at a time. As long as that is ahead, another moves it."""
    when = parse_at(at, tz, datetime.now(UTC)) if at else None
    settings = load_settings()
    from apps.cli import broadcasts as desk

    desk.start(settings, broadcast_id, when, json=as_json)


@app.command(epilog=examples("broadcast pause 3"))
def pause(broadcast_id: Id, as_json: Json = False) -> None:
    """Hold it, within two seconds. What is on the wire ends, and is written down."""
    settings = load_settings()
    from apps.cli import broadcasts as desk

    desk.pause(settings, broadcast_id, json=as_json)


@app.command(epilog=examples("broadcast resume 3"))
def resume(broadcast_id: Id, as_json: Json = False) -> None:
    """Let it go on exactly where it stopped."""
    settings = load_settings()
    from apps.cli import broadcasts as desk

    desk.resume(settings, broadcast_id, json=as_json)


@app.command(epilog=examples("broadcast cancel 3"))
def cancel(broadcast_id: Id, as_json: Json = False) -> None:
    """Call it off for good; who waits is skipped."""
    settings = load_settings()
    from apps.cli import broadcasts as desk

    desk.cancel(settings, broadcast_id, json=as_json)


@app.command(
    epilog=examples("broadcast status", "broadcast status 3", "broadcast status 3 --watch")
)
def status(
    broadcast_id: Annotated[
        int | None, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="All where left out.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Until it has ended.")] = False,
    before: Annotated[
        int | None, typer.Option(metavar="ID", min=1, help="All: only those before this one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Where it stands: total = sent + failed + skipped + uncertain + pending."""
    settings = load_settings()
    from apps.cli import broadcasts as desk

    desk.status(settings, broadcast_id, before, watch=watch, json=as_json)


@app.command(
    epilog=examples(
        "broadcast report 3",
        "broadcast report 3 --csv everybody.csv",
        "broadcast report 3 --state failed --state uncertain --csv - > missing.csv",
    )
)
def report(
    broadcast_id: Id,
    csv: Annotated[
        str | None,
        typer.Option("--csv", metavar="FILE", help="A row for each recipient; - stdout."),
    ] = None,
    state: Annotated[
        list[State] | None, typer.Option(help="With --csv: only who is in this state; repeatable.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Who got it, and who did not and why."""
    settings = load_settings()
    from apps.cli import broadcast_report as desk

    desk.run(settings, broadcast_id, csv, state or [], json=as_json)


@app.command(
    "retry-failed",
    epilog=examples("broadcast retry-failed 3", "broadcast retry-failed 3 --missing"),
)
def retry_failed(
    broadcast_id: Id,
    missing: Annotated[
        bool,
        typer.Option("--missing", help="Who expired or is uncertain, too: that may cost copies."),
    ] = False,
    reason: Annotated[
        list[str] | None, typer.Option(help="Only who failed for this reason; repeatable.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Send it again to those whom it did not reach, and to nobody else."""
    settings = load_settings()
    from apps.cli import broadcasts as desk

    desk.retry(settings, broadcast_id, reason or [], missing=missing, json=as_json)
