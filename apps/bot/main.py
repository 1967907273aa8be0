"""The bot's process: from its settings to SIGTERM."""

import asyncio
import contextlib
import gc
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiogram import Bot

from apps.bot import commands
from apps.bot.alerts import Rhythm, Watch
from apps.bot.checking import keep_checking
from apps.bot.config import BotConfig
from apps.bot.dispatcher import make_bot, make_dispatcher
from apps.bot.office import Office
from apps.bot.patience import patiently
from apps.bot.polling import poll
from apps.bot.reception import Reception
from apps.bot.wellness import serve as serve_figures
from core.errors import ConfigurationError, LedgerUnavailable
from infra.program_logs import configure
from infra.settings import Settings, load_settings

log = logging.getLogger(__name__)

FINISH_WITHIN_S = 1.2
FORGET_EVERY_S = 3600.0
ALERTS = Rhythm()


def main() -> None:
    try:
        settings = load_settings()
        configure(settings, "bot")
        gc.freeze()  # what is imported stays
        gc.enable()
        asyncio.run(serve(settings))
    except ConfigurationError as error:
        sys.exit(f"analyticbot: {error}")


async def serve(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; then within two seconds."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    working = asyncio.create_task(work(settings))
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working


async def work(settings: Settings, rhythm: Rhythm = ALERTS) -> None:
    """Until it is cancelled; what is in hand by then is finished."""
    async with Office.opened(settings) as office:
        answered = serve_figures(office)
        await office.ledger_ready()
        async with receiving(office, rhythm) as (bot, reception):
            await patiently(bot.me, "getMe")
            await reception.resume()
            office.leave(commands.publish(bot, office))
            office.leave(_forget(office))
            office.leave(Watch(office, bot, rhythm).run())
            office.leave(keep_checking(office, rhythm.check_s))
            log.info("the bot is ready")  # `up` waits for this line
            await _updates(bot, office.config, reception, answered)


@asynccontextmanager
async def receiving(
    office: Office, rhythm: Rhythm = ALERTS
) -> AsyncIterator[tuple[Bot, Reception]]:
    """The bot, and whoever takes its updates; at the end what is in hand is finished."""
    bot = make_bot(office)
    reception = Reception(make_dispatcher(office, bot, rhythm.board_s), bot, office)
    try:
        yield bot, reception
    finally:
        await reception.close(FINISH_WITHIN_S)
        await office.rest()
        await bot.session.close()


async def _updates(
    bot: Bot, config: BotConfig, reception: Reception, answered: Callable[[], None]
) -> None:
    if not config.webhook_url:
        return await poll(bot, config, reception, answered)
    # Only who needs it pays for a server.
    from apps.bot.webhook import listen  # noqa: PLC0415

    return await listen(bot, config, reception)


async def _forget(office: Office) -> None:
    while True:
        try:
            await office.inbox.forget()
        except LedgerUnavailable as error:
            log.info("updates that are done are kept for now: %s", error)
        await asyncio.sleep(FORGET_EVERY_S)
