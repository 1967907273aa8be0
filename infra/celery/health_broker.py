"""How the broker fares, and the governor's Redis where it is another. Everything here blocks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis
from amqp.exceptions import PreconditionFailed
from redis.exceptions import RedisError, ResponseError

from core.diagnosis_servers import BrokerFacts
from core.errors import ConfigurationError, GovernorUnavailable
from infra.celery.celery_app import celery_app
from infra.celery.queues import ANSWER_WITHIN_S, broker, depth
from infra.celery.rabbitmq import Refused
from infra.celery.schedule import QUEUES
from infra.elapsed import ms_since
from infra.settings import Settings

REDIS = "redis"
OFF = ""
NOBODY = "analyticbot.nobody"


def broker_facts(url: str) -> BrokerFacts:
    """Raises BrokerUnavailable."""
    with broker(url) as connection:
        if connection.transport.driver_type == REDIS:
            return redis_facts(connection.default_channel.client)
        return rabbitmq_facts(connection)


def rabbitmq_facts(connection: Any) -> BrokerFacts:
    """What can be told over AMQP: whether it takes a message, and our queues as we declare them."""
    began_s = time.monotonic()
    depth(connection, QUEUES[0])
    latency_ms = ms_since(began_s)
    fault = _other_queue(connection) or _refusal(connection)
    return BrokerFacts(latency_ms, write_fault=fault, is_redis=False)


def _refusal(connection: Any) -> str:
    """Why it refuses a message, which is to nobody: RabbitMQ confirms it, and drops it."""
    channel = connection.channel()
    try:
        channel.basic_publish(channel.prepare_message(b"?"), routing_key=NOBODY)
    except Refused:
        return "an alarm of its memory or its disk"
    return ""


def _other_queue(connection: Any) -> str:
    """The queue that was declared in another way than ours, if one was; "" where none was."""
    for name in QUEUES:
        channel = connection.channel()  # RabbitMQ closes one that declares in another way
        try:
            celery_app.amqp.queues[name](channel).queue_declare()
        except PreconditionFailed:
            return f"its queue {name} is no quorum queue, delete it while no worker runs"
        channel.close()
    return ""


def governor_facts(settings: Settings) -> BrokerFacts:
    """Raises GovernorUnavailable."""
    with governor_redis(settings) as client:
        return redis_facts(client)


@contextmanager
def governor_redis(settings: Settings) -> Iterator[Any]:
    """A client of one's own. Raises GovernorUnavailable, and ConfigurationError for a bad URL."""
    try:
        client = redis.Redis.from_url(
            settings.governor_url,
            socket_timeout=ANSWER_WITHIN_S,
            socket_connect_timeout=ANSWER_WITHIN_S,
        )
    except ValueError:  # its text may hold a part of the password
        raise ConfigurationError("REDIS_URL: is not a URL; write redis://host:6379/0") from None
    try:
        yield client
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
