"""Calls that block, for coroutines that must not wait for them longer than they choose."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[..., T], *args: Any) -> T:
    """What `work(*args)` returns or raises, from a thread of its own.

    Given up, it goes on, and keeps neither an executor's thread nor the end of the process: what
    a frozen server or disk holds up may be held up for ever.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = work(*args)
        except BaseException as raised:  # handed over, whatever it is
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop is gone, and who waited with it
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name=f"blocking-{work.__name__}", daemon=True).start()
    return await future
