"""`python -m tests.servers.calls`: calls tasks as any program of a user would.

Reads one JSON object a line, {"do": one of CALLS, …}, and answers each with one line:
{"answer": …, "took_s": …} or {"error": class name, "text": …, "took_s": …}.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from infra.celery import celery_app
from infra.celery.tasks import AVAILABLE_TASKS

TASKS = {name.rpartition(".")[2]: task for name, task in AVAILABLE_TASKS.items()}


def apply(task: str, args: list[Any], kwargs: dict[str, Any], options: dict[str, Any]) -> str:
    """`task.apply_async(…)`; answers with the task's id."""
    return str(TASKS[task].apply_async(tuple(args), kwargs, **_times(options)).id)


def send_task(task: str, args: list[Any], kwargs: dict[str, Any], options: dict[str, Any]) -> str:
    """By its name, as a program does that does not have our code."""
    name = f"infra.celery.tasks.{task}"
    return str(celery_app.send_task(name, tuple(args), kwargs, **_times(options)).id)


def get(task_id: str, timeout: float) -> Any:
    """The result; raises what the task raised."""
    return celery_app.AsyncResult(task_id).get(timeout=timeout)


def state(task_id: str) -> dict[str, str]:
    """The task's present state, and what is told of it."""
    result = celery_app.AsyncResult(task_id)
    return {"state": result.state, "info": repr(result.info), "text": str(result.info)}


CALLS: dict[str, Callable[..., Any]] = {
    "apply": apply,
    "send_task": send_task,
    "get": get,
    "state": state,
}


def _times(options: dict[str, Any]) -> dict[str, Any]:
    """JSON has no times: `eta` comes as ISO 8601."""
    if "eta" in options:
        return options | {"eta": datetime.fromisoformat(options["eta"])}
    return options


def _answer(line: str) -> dict[str, Any]:
    asked = json.loads(line)
    began = time.monotonic()
    try:
        told = {"answer": CALLS[asked.pop("do")](**asked)}
    except Exception as error:
        told = {"error": type(error).__name__, "text": str(error)}
    return {**told, "took_s": time.monotonic() - began}


if __name__ == "__main__":
    sys.stdout.write('{"answer": "ready"}\n')
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(line)) + "\n")
        sys.stdout.flush()
