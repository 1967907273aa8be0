"""The same task, doing nothing, three times: twice as ours, once of a bare Celery.

`celery -A benchmarks.noops:ours worker`, or `:bare` with BARE_BROKER set.
"""

import os
from typing import Any

from celery import Celery

from infra.celery import celery_app, enhanced_retry_task

# Our own routes and schedule name tasks that a bare application does not have; our modules
# would bring our timers along.
NOT_SHARED = {"include", "broker_url", "result_backend", "beat_schedule", "task_routes"}


def noop() -> None:
    pass


def _bare() -> Any:
    app = Celery("bare", broker=os.environ.get("BARE_BROKER"), set_as_current=False)
    app.conf.update({k: v for k, v in celery_app.conf.changes.items() if k not in NOT_SHARED})
    return app


ours: Any = celery_app
bare: Any = _bare()

plain_task: Any = ours.task(name="noops.plain")(noop)
enhanced_task: Any = enhanced_retry_task(noop, name="noops.enhanced")
bare_task: Any = bare.task(name="noops.bare")(noop)
