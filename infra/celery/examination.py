"""A look at the place where the system runs: what a health check, which is made every few minutes,
need not look at each time.

Where something cannot be asked its part is left out: the health check says why.
"""

import asyncio
import http.client
import platform
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

from core import diagnosis_place as place
from core.diagnosis_place import Installed, Server
from core.errors import AnalyticBotError
from core.health import Part
from infra.celery.blocking import in_thread
from infra.celery.health_broker import governor_redis
from infra.celery.queues import broker
from infra.db import probe, server
from infra.db.engine import Database
from infra.settings import Settings
from infra.version import installed_version

PINNED = {"celery": "5.6.3", "kombu": "5.6.2"}
"""Others were measured to lose their worker at a reconnect: see pyproject.toml."""

RABBITMQ = "RabbitMQ"
PATIENCE_S = 2.0


class Examination:
    """Made on the event loop that runs it, over connections of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def parts(self) -> list[Part]:
        of_ledger, of_redis, of_rabbitmq, telegram_s = await asyncio.gather(
            self._of_ledger(),
            in_thread(_redis, self._settings),
            in_thread(_rabbitmq, self._settings),
            in_thread(_telegram_ahead_s, self._settings.telegram_api_url),
        )
        (servers, ahead_s, found), (redis_server, redis_ahead_s) = of_ledger, of_redis
        servers = [*servers, *redis_server, *of_rabbitmq]
        own = f"AnalyticBot {installed_version()}, Python {platform.python_version()}"
        packages = [Installed(name, _present(name), wanted) for name, wanted in PINNED.items()]
        return [
            place.versions(packages, servers, own),
            place.clocks(ahead_s | redis_ahead_s | telegram_s),
            *found,
        ]

    async def _of_ledger(self) -> tuple[list[Server], dict[str, float], list[Part]]:
        try:
            probe.check_file(self._settings.ledger_url)
            database = Database(self._settings.ledger_url, patience_s=PATIENCE_S)
        except AnalyticBotError:
            return [], {}, []
        try:
            present = [await server.version(database)]
            if database.dialect == "sqlite":  # its clock is this machine's
                return present, {}, []
            ahead_s = {"the database's": await server.clock_ahead_s(database)}
            return present, ahead_s, [place.postgres(await server.postgres(database))]
        except AnalyticBotError:
            return [], {}, []
        finally:
            await database.close()


def _present(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _redis(settings: Settings) -> tuple[list[Server], dict[str, float]]:
    """Its version, and how far its clock is ahead."""
    with suppress(AnalyticBotError), governor_redis(settings) as client:
        info: Any = client.info("server")
        began_s = time.time()
        seconds, microseconds = client.time()
        ahead_s = place.ahead_s(seconds + microseconds / 1e6, began_s, time.time())
        is_valkey = "valkey_version" in info
        told = info["valkey_version" if is_valkey else "redis_version"]
        return [Server("Valkey" if is_valkey else "Redis", told)], {"Redis's": ahead_s}
    return [], {}


def _rabbitmq(settings: Settings) -> list[Server]:
    with suppress(AnalyticBotError), broker(settings.broker_url) as connection:
        if connection.transport.driver_type != "amqp":
            return []
        told: Mapping[str, Any] = connection.connection.server_properties
        return [Server(RABBITMQ, str(told["version"]))]
    return []


def _telegram_ahead_s(url: str) -> dict[str, float]:
    """By the Date of its answer, which is cut to the second: half a second is added to it."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        with closing(kind(parts.netloc, timeout=PATIENCE_S)) as connection:
            began_s = time.time()
            connection.request("HEAD", "/")
            told = connection.getresponse().getheader("Date")
            ended_s = time.time()
        at = parsedate_to_datetime(told) if told else None
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    return {place.TELEGRAM: place.ahead_s(at.timestamp() + 0.5, began_s, ended_s)} if at else {}
