"""Retries that mean what their options say, in every task of this application."""

import functools
import random
from collections.abc import Callable
from typing import Any

from celery import Task as CeleryTask
from celery.exceptions import Ignore, Reject, Retry, SoftTimeLimitExceeded

from core.errors import ConfigurationError, InvalidInput, MessageNotDelivered, TelegramRefused
from core.retry import RetryPolicy, policy_of_options

FINAL_ERRORS = (
    Reject,
    SoftTimeLimitExceeded,
    ConfigurationError,
    InvalidInput,
    MessageNotDelivered,
    TelegramRefused,
)
"""What no retry mends. `autoretry_for=(Exception,)` would catch each of them."""


def _retried(run: Callable[..., Any], *, bound: bool) -> Callable[..., Any]:
    """The body of a task, retried for what the task's `autoretry_for` names."""

    @functools.wraps(run)
    def body(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return run(self, *args, **kwargs) if bound else run(*args, **kwargs)
        except (Ignore, Retry, *self.dont_autoretry_for):
            raise
        except self.autoretry_for as error:
            raise self.retry(exc=error) from error

    return body


class Task(CeleryTask):
    """The base of every task.

    Celery keeps `task_default_retry_delay` and `task_default_max_retries` in its
    configuration and ignores them; here they are in force. Celery reads `retry_backoff=2` as
    a wait of 0 to 2, 0 to 4 … s; here it is the delay times 2^n, give or take a fifth, and
    never less than the `retry_after_s` of the error that caused it.
    """

    # None until the task is bound to the application, which then fills in its defaults.
    max_retries: Any = None
    default_retry_delay: Any = None
    from_config = (
        *CeleryTask.from_config,
        ("max_retries", "task_default_max_retries"),
        ("default_retry_delay", "task_default_retry_delay"),
    )
    autoretry_for: tuple[type[Exception], ...] = ()
    dont_autoretry_for: tuple[type[Exception], ...] = FINAL_ERRORS
    # These are a message's end, not a fault of the task: logged in one line, without a trace.
    throws = (InvalidInput, MessageNotDelivered)
    retry_backoff: float | bool = False
    retry_jitter = True
    # Its name, for only a worker needs it.
    Request = "infra.celery.task_lines:Request"
    # Celery wraps `run` in retries of its own unless it finds that done already.
    _orig_run = None

    @classmethod
    def on_bound(cls, app: Any) -> None:
        """Put the retries around `run`. A `__call__` of our own would cost every task half as
        much again: Celery's tracer has a short way for tasks without one.
        """
        own = vars(cls).get("run")
        if cls.autoretry_for and own is not None:
            cls.run = _retried(cls.run, bound=not isinstance(own, staticmethod))

    @property
    def retry_policy(self) -> RetryPolicy:
        return policy_of_options(
            default_delay_s=self.default_retry_delay,
            max_retries=self.max_retries,
            retry_backoff=self.retry_backoff,
            retry_jitter=self.retry_jitter,
        )

    def retry(
        self,
        args: Any = None,
        kwargs: Any = None,
        exc: Exception | None = None,
        throw: bool = True,
        eta: Any = None,
        countdown: float | None = None,
        max_retries: int | None = None,
        **options: Any,
    ) -> Any:
        """As Celery's; without `eta` and `countdown` it waits as the retry policy says."""
        if eta is None and countdown is None:
            countdown = self._delay_s(exc)
        return super().retry(args, kwargs, exc, throw, eta, countdown, max_retries, **options)

    def _delay_s(self, error: Exception | None) -> float:
        failures = (self.request.retries or 0) + 1
        retry_after_s = getattr(error, "retry_after_s", 0.0)
        return self.retry_policy.delay_s(failures, random.random, retry_after_s)
