"""What a worker's parent says of a task that it does not run itself has the task's id, too."""

from typing import Any

from celery.worker import request

from infra.log_ids import about


class Request(request.Request):
    """A task in the parent's hands: one whose child was killed, or took too long, ends here."""

    def on_timeout(self, soft: bool, timeout: float) -> None:
        with about(task_id=self.id, task=self.name):
            super().on_timeout(soft, timeout)

    def on_failure(self, exc_info: Any, **options: Any) -> Any:
        with about(task_id=self.id, task=self.name):
            return super().on_failure(exc_info, **options)

    def revoked(self) -> bool:
        with about(task_id=self.id, task=self.name):
            return bool(super().revoked())
