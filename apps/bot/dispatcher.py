"""The bot, wired by hand: what stands before the handlers, and which of them come first."""

from aiogram import Bot, Dispatcher
from aiogram.client.telegram import TelegramAPIServer

from apps.bot.albums import Albums
from apps.bot.boards import BOARD_S, Boards
from apps.bot.draft_screen import show_draft
from apps.bot.errors import on_error
from apps.bot.handlers import (
    alerts,
    broadcast_report,
    broadcast_start,
    broadcasts,
    channels,
    ended_post,
    fallback,
    health,
    membership,
    new_broadcast,
    new_post,
    people,
    post_buttons,
    post_channels,
    post_repeat,
    post_replace,
    post_send,
    post_time,
    queue,
    queued_post,
    sent_posts,
    settings,
    start,
    stats,
    unfinished,
    web,
)
from apps.bot.middlewares.attendance import Attendance
from apps.bot.middlewares.pace import Pace
from apps.bot.middlewares.presses import Presses
from apps.bot.office import Office
from apps.bot.session import Session
from apps.bot.storage import LedgerStorage
from apps.bot.turns import Turns
from apps.bot.unit import Keeping

POSTING = (unfinished, new_post, post_channels, post_buttons, post_time, post_send, post_repeat)
QUEUE = (queue, queued_post, ended_post, sent_posts, post_replace)
BROADCASTS = (broadcasts, new_broadcast, broadcast_start, broadcast_report)
FIGURES = (stats, settings, alerts, web)
HANDLERS = (start, people, channels, *POSTING, *QUEUE, *BROADCASTS, *FIGURES, health, membership)
"""Commands come before conversations, in each and so in all: a command ends a conversation, but
for a post that is being written.
"""


def make_bot(office: Office) -> Bot:
    """Texts are plain: what people have called their channels is no markup."""
    server = TelegramAPIServer.from_base(office.config.api_url)
    session = Session(api=server)
    session.middleware(Pace(office.governor))
    return Bot(office.config.token, session=session)


def make_dispatcher(office: Office, bot: Bot, board_s: float = BOARD_S) -> Dispatcher:
    """Messages with the progress of broadcasts are changed every `board_s` seconds."""
    presses = Presses()
    bot.session.middleware(presses.noted)
    made = Dispatcher(
        storage=LedgerStorage(office.conversations), events_isolation=Turns(), office=office
    )
    made.update.outer_middleware(Keeping())
    made.update.outer_middleware(Attendance(office))
    made.callback_query.outer_middleware(presses)
    made.errors.register(on_error)
    albums = made["albums"] = Albums(office, bot, made.fsm, show_draft)
    office.leave(albums.resume())
    boards = made["boards"] = Boards(office, bot, made.fsm, board_s)
    office.leave(boards.run())
    made.include_routers(*(module.router() for module in (*HANDLERS, fallback)))
    return made
