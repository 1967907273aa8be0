"""What must be so before anything is sent, in a process of its own: what this imports would
otherwise stay in the supervisor's memory for as long as it runs.

`python -m apps.cli.prepare` prints one line of JSON (see Prepared). First of all it asks the
governor, which wants to be left alone for 2 s where Redis is new: the sooner somebody asks, the
sooner the worker's children find it ready. It goes on asking until it is killed.
"""

import asyncio
import http.client
import importlib
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Coroutine, Mapping
from dataclasses import asdict
from typing import Any

import redis.asyncio
from redis.exceptions import RedisError

from apps.cli.exits import CommandFailed, Exit, code_of, line_of
from apps.cli.prepared import ASK_BOT, CHECK_REDIS, Prepared
from core.errors import AnalyticBotError, GovernorUnavailable
from infra.settings import Settings, load_settings
from infra.telegram.governor import Governor, rates_of

TELEGRAM_WITHIN_S = 5.0
REDIS_WITHIN_S = 3.0
WARM_WITHIN_S = 20.0
WARM_AGAIN_S = 0.05
REFUSED = (401, 404)


async def main() -> None:
    settings = load_settings(stack=False)
    warming = asyncio.create_task(_warm(settings))
    sys.stdout.write(json.dumps(asdict(await _prepared(settings))) + "\n")
    sys.stdout.flush()
    await asyncio.wait({warming}, timeout=WARM_WITHIN_S)


async def _prepared(settings: Settings) -> Prepared:
    prepared = Prepared()
    checks: list[Coroutine[Any, Any, None]] = []
    if ASK_BOT in sys.argv:
        checks.append(asyncio.to_thread(_ask_telegram, settings, prepared))
    if CHECK_REDIS in sys.argv:
        checks.append(_check_redis(settings))
    try:
        await asyncio.gather(*checks)
        await _upgrade(settings, prepared)
    except AnalyticBotError as error:
        prepared.error, prepared.code = line_of(error), code_of(error)
    return prepared


async def _upgrade(settings: Settings, prepared: Prepared) -> None:
    # In a thread, as its import takes half a second and the governor is to be asked meanwhile.
    ledger = await asyncio.to_thread(importlib.import_module, "apps.cli.database")
    prepared.ledger = await ledger.upgraded(settings)
    await ledger.look_up(settings, prepared)


def _ask_telegram(settings: Settings, prepared: Prepared) -> None:
    """The bot's name. Telegram out of reach is a warning, a token that it refuses the end."""
    url = f"{settings.telegram_api_url.rstrip('/')}/bot{settings.token}/getMe"
    # As the sender does: no proxy from the environment.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=TELEGRAM_WITHIN_S) as answer:
            bot = json.load(answer)["result"]
            prepared.bot = f"@{bot.get('username', bot['id'])} ({bot['first_name']})"
    except urllib.error.HTTPError as error:
        if error.code in REFUSED:
            raise CommandFailed(
                f"BOT_TOKEN: refused by {settings.telegram_api_url} ({error.code} {error.reason}); "
                "copy it anew from @BotFather",
                Exit.BAD_INPUT,
            ) from None
        prepared.warnings.append(_unreachable(settings, f"it answers {error.code}"))
    except urllib.error.URLError as error:
        prepared.warnings.append(_unreachable(settings, str(error.reason)))
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError) as error:
        # Only the kind: the text of some holds the URL, and with it the token.
        prepared.warnings.append(_unreachable(settings, type(error).__name__))


def _unreachable(settings: Settings, why: str) -> str:
    return (
        f"Telegram at {settings.telegram_api_url} cannot be asked for the bot's name ({why}); "
        "messages wait in the ledger until it can be reached"
    )


async def _check_redis(settings: Settings) -> None:
    try:
        client = redis.asyncio.Redis.from_url(
            settings.governor_url,
            socket_timeout=REDIS_WITHIN_S,
            socket_connect_timeout=REDIS_WITHIN_S,
        )
    except ValueError:  # its text may hold a part of the password
        raise CommandFailed(
            "REDIS_URL: is not a URL; write redis://host:6379/0", Exit.BAD_INPUT
        ) from None
    try:
        await client.ping()
    except (RedisError, OSError) as error:
        raise CommandFailed(
            f"REDIS_URL: no Redis answers there ({error}); start it, mend the URL, "
            "or unset it to let `up` bring its own",
            Exit.UNAVAILABLE,
        ) from None
    finally:
        await client.aclose()


async def _warm(settings: Settings) -> None:
    governor = Governor(
        settings.governor_url, settings.bot_id, rates_of(settings), _leave_to_the_worker
    )
    try:
        while True:
            try:
                return await governor.warm_up()
            except GovernorUnavailable:  # it is being started just now
                await asyncio.sleep(WARM_AGAIN_S)
    finally:
        await governor.close()


async def _leave_to_the_worker() -> Mapping[str, float]:
    """Its children load the holds; this process has only let the waiting begin."""
    await asyncio.Event().wait()
    return {}


if __name__ == "__main__":
    asyncio.run(main())
