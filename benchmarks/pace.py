"""How fast messages are accepted, and what each costs its sender and the sandbox."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from benchmarks.machine import cpu_s, family
from benchmarks.report import Column
from benchmarks.stage import until_accepted
from tests.servers.sandbox import SandboxClient
from tests.servers.stack import Stack

END_WITHIN_S = 60.0
SLOWEST = 200
"""Sends a second that are waited for, however high the limit: others may use this machine."""

UsedS = Callable[[], float]
"""CPU seconds that the senders have used since they began."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The rate is that between the first and the last acceptance; a limit of 0 is none."""

    sends: int
    a_second: float
    limit: float
    over_limit: int
    sender_us: float
    sandbox_us: float

    @property
    def figures(self) -> tuple[float | None, ...]:
        """As in `columns`."""
        of_limit = 100 * self.a_second / self.limit if self.limit else None
        costs = (self.sender_us, self.sandbox_us)
        return (self.sends, self.a_second, of_limit, self.over_limit, *costs)


def columns(of_limit: float) -> tuple[Column, ...]:
    """`of_limit` is how many per cent of it are to be reached at least."""
    return (
        Column("sends"),
        Column("a second", 1),
        Column("% of limit", 1, at_least=of_limit),
        Column("429s", at_most=0),
        Column("sender CPU µs/send"),
        Column("sandbox CPU µs/send"),
    )


async def pace_of(
    stack: Stack, limit: float, sends: int, used_s: UsedS, sending: Awaitable[object]
) -> Pace:
    """Await what sends, or lets others send, and wait until so many more were accepted."""
    before, began_s = await stack.sandbox.stats(), used_s()
    await sending
    within_s = END_WITHIN_S + 2 * sends / min(limit or SLOWEST, SLOWEST)
    await until_accepted(stack, before["last"] + sends, within_s)
    after, took_s = await stack.sandbox.stats(), used_s() - began_s
    return Pace(
        sends,
        await achieved(stack.sandbox, before["last"]),
        limit,
        after["over_limit"] - before["over_limit"],
        took_s / sends * 1e6,
        (after["cpu_s"] - before["cpu_s"]) / sends * 1e6,
    )


def workers_s(stack: Stack) -> float:
    """CPU seconds of all workers with their children."""
    return sum(cpu_s(family(worker.pid)) for worker in stack.running_workers)


async def achieved(sandbox: SandboxClient, since: int) -> float:
    """Acceptances a second since this receipt: so many intervals, one fewer than messages."""
    answer = await sandbox.get("receipts", since=since, compact=1)
    accepted_at: Sequence[float] = answer["columns"]["accepted_at"]
    return (len(accepted_at) - 1) / (max(accepted_at) - min(accepted_at))
