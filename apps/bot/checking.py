"""The health, checked by the bot too: without a worker, or without Beat, nobody else would."""

import asyncio
import logging

from apps.bot.office import Office
from core.errors import LedgerUnavailable
from infra.celery.health import check

log = logging.getLogger(__name__)

FORGET_EVERY_S = 3600.0


async def keep_checking(office: Office, every_s: float) -> None:
    """Until it is cancelled. Alerts that are long over are forgotten by the way."""
    forgot_s = asyncio.get_running_loop().time()
    while True:
        await asyncio.sleep(every_s)
        try:
            await check(office)
            if (now_s := asyncio.get_running_loop().time()) - forgot_s > FORGET_EVERY_S:
                await office.alerts.forget()
                forgot_s = now_s
        except LedgerUnavailable as error:
            log.info("no check of the health: %s", error)  # alerts tell of it
        except Exception:  # it must go on checking
            log.exception("a check of the health failed")
