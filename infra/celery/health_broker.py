"""How the broker fares, and the governor's Redis where it is another. Everything here blocks."""

import time
from typing import Any

import redis
from redis.exceptions import RedisError, ResponseError

from core.diagnosis_servers import BrokerFacts
from core.errors import ConfigurationError, GovernorUnavailable
from infra.celery.queues import ANSWER_WITHIN_S, broker, depth
from infra.celery.schedule import QUEUES
from infra.elapsed import ms_since
from infra.settings import Settings

REDIS = "redis"
OFF = ""


def broker_facts(url: str) -> BrokerFacts:
    """Raises BrokerUnavailable."""
    with broker(url) as connection:
        if connection.transport.driver_type == REDIS:
            return redis_facts(connection.default_channel.client)
        began_s = time.monotonic()
        depth(connection, QUEUES[0])
        return BrokerFacts(ms_since(began_s), is_redis=False)


def governor_facts(settings: Settings) -> BrokerFacts:
    """Raises GovernorUnavailable."""
    try:
        client = redis.Redis.from_url(
            settings.governor_url,
            socket_timeout=ANSWER_WITHIN_S,
            socket_connect_timeout=ANSWER_WITHIN_S,
        )
    except ValueError:  # its text may hold a part of the password
        raise ConfigurationError("REDIS_URL: is not a URL; write redis://host:6379/0") from None
    try:
        return redis_facts(client)
    except (RedisError, OSError) as error:
        raise GovernorUnavailable(f"the governor's Redis: {error}") from error
    finally:
        client.close()


def redis_facts(client: Any) -> BrokerFacts:
    """INFO knows nearly everything; whether snapshots are saved only CONFIG does."""
    began_s = time.monotonic()
    client.ping()
    latency_ms = ms_since(began_s)
    info, config = _asked(client.info), _asked(client.config_get, "s*")
    return BrokerFacts(
        latency_ms,
        persists=_persists(info, config),
        eviction=info.get("maxmemory_policy"),
        used_bytes=info.get("used_memory", 0),
        max_bytes=info.get("maxmemory", 0),
        write_fault=_write_fault(info, config),
    )


def _asked(ask: Any, *args: str) -> dict[str, Any]:
    """Empty where the server forbids the question, as managed ones do."""
    try:
        told: dict[str, Any] = ask(*args)
    except ResponseError:
        return {}
    return told


def _persists(info: dict[str, Any], config: dict[str, Any]) -> bool | None:
    if info.get("aof_enabled"):
        return True
    return config["save"] != OFF if info and "save" in config else None


def _write_fault(info: dict[str, Any], config: dict[str, Any]) -> str:
    """Why it refuses every write; "" where it does not."""
    if info.get("role") == "slave":
        return "it is a replica"
    if info.get("aof_enabled") and info.get("aof_last_write_status") == "err":
        return "its last write to disk failed"
    stops = config.get("stop-writes-on-bgsave-error") == "yes" and config.get("save") != OFF
    if stops and info.get("rdb_last_bgsave_status") == "err":
        return "its last snapshot could not be saved"
    keeps = info.get("maxmemory_policy") == "noeviction"
    if keeps and 0 < info.get("maxmemory", 0) <= info.get("used_memory", 0):
        return "its memory is full"
    return ""
