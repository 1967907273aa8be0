"""`python -m tests.bot.quick_bot`: the bot as a process of its own that looks all the time."""

import asyncio

from apps.bot.main import work
from infra.settings import load_settings
from tests.bot.alerting import QUICK

if __name__ == "__main__":
    asyncio.run(work(load_settings(), QUICK))
