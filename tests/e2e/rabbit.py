"""What RabbitMQ has, asked over AMQP and waited for."""

import asyncio

from tests.servers.process import ServerFailed
from tests.servers.rabbitmq import RabbitServer

POLL_S = 0.05
QUEUES = ("default", "messages", "analytics", "monitoring", "maintenance")


async def waiting(server: RabbitServer, count: int, within_s: float = 10.0) -> None:
    """Until the broker has so many tasks that no worker has taken."""
    async with asyncio.timeout(within_s):
        while ready(server) < count:
            await asyncio.sleep(POLL_S)


def ready(server: RabbitServer, queue: str = "messages") -> int:
    with server.connection() as line:
        return int(line.channel().queue_declare(queue, passive=True).message_count)


def purge(server: RabbitServer) -> int:
    """Forget what waits in every queue, and how many that was."""
    with server.connection() as line:
        channel = line.channel()
        return sum(channel.queue_purge(queue) for queue in QUEUES)


def kinds(server: RabbitServer) -> dict[str, tuple[str, bool]]:
    """Of each queue its type, and whether it lasts."""
    lines = server.control("list_queues", "name", "type", "durable", "--no-table-headers")
    rows = (line.split() for line in lines.splitlines())
    return {name: (kind, durable == "true") for name, kind, durable in rows}


async def unacked(server: RabbitServer, within_s: float = 15.0) -> None:
    """Until a worker has taken a task and not yet acknowledged it."""
    words = ("list_queues", "messages_unacknowledged", "--no-table-headers")
    for _ in range(int(within_s)):
        told = await asyncio.to_thread(server.control, *words)
        if any(int(n) for n in told.split()):
            return
    raise ServerFailed("no task is unacknowledged")
