"""A task that fails waits as its options say, and what no retry mends is not retried."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import Celery, states
from celery.app.trace import build_tracer
from celery.exceptions import Ignore, Reject, Retry, SoftTimeLimitExceeded

from core import errors
from infra.celery import celery_app, critical_message_task, enhanced_retry_task
from infra.celery.retry import Task


class SlowDown(Exception):
    """A failure that knows how long it lasts."""

    retry_after_s = 1234.0


@pytest.fixture
def app() -> Iterator[Celery]:
    made = Celery(
        "retries",
        task_cls=Task,
        broker="memory://",
        backend="cache+memory://",
        set_as_current=False,
    )
    made.conf.update(task_default_retry_delay=30, task_default_max_retries=5)
    yield made
    made.close()


def failing(app: Celery, error: BaseException, **options: Any) -> Any:
    def fail() -> None:
        raise error

    settings = {"name": "fails", "autoretry_for": (Exception,), "retry_backoff": 2} | options
    return app.task(**settings)(fail)


def ran(task: Any, retries: int = 0) -> tuple[str, Any]:
    """The state in which a worker leaves it, and the error or Retry that it ended with."""
    trace = build_tracer(task.name, task, app=task.app)
    request = {"id": "id", "retries": retries, "called_directly": False, "is_eager": False}
    info = trace("id", (), {}, request).info
    return info.state, info.retval


@pytest.mark.parametrize(
    ("options", "waits_s"),
    [
        ({}, [30, 60, 120, 240, 480]),
        ({"default_retry_delay": 10}, [10, 20, 40, 80, 160]),
        ({"retry_backoff": False}, [30, 30, 30, 30, 30]),
        ({"retry_backoff": 3, "default_retry_delay": 1}, [1, 3, 9, 27, 81]),
    ],
)
def test_a_failing_task_is_retried_after_delay_times_backoff(
    app: Celery, options: dict[str, Any], waits_s: list[float]
) -> None:
    exact = failing(app, OSError("down"), retry_jitter=False, **options)
    for retries, wait_s in enumerate(waits_s):
        state, retry = ran(exact, retries)
        assert (state, retry.when) == (states.RETRY, wait_s)
        assert isinstance(retry.exc, OSError)


def test_with_jitter_it_waits_up_to_a_fifth_more_or_less(app: Celery) -> None:
    task = failing(app, OSError("down"))
    drawn = [ran(task, 1)[1].when for _ in range(40)]
    assert all(48 <= wait_s <= 72 for wait_s in drawn)
    assert len(set(drawn)) > 30


def test_it_waits_no_shorter_than_the_error_asks(app: Celery) -> None:
    assert ran(failing(app, SlowDown()))[1].when == 1234


@pytest.mark.parametrize(("retries", "state"), [(4, states.RETRY), (5, states.FAILURE)])
def test_it_fails_with_its_own_error_when_the_retries_are_spent(
    app: Celery, retries: int, state: str
) -> None:
    ended, error = ran(failing(app, OSError("down")), retries)
    assert ended == state
    assert isinstance(error, OSError | Retry)
    assert isinstance(error, OSError) is (state == states.FAILURE)


def test_a_task_may_have_fewer_retries_than_the_application(app: Celery) -> None:
    assert ran(failing(app, OSError("down"), max_retries=1), 1)[0] == states.FAILURE
    assert ran(failing(app, OSError("down"), name="never", max_retries=0))[0] == states.FAILURE


def test_without_autoretry_it_fails_at_once(app: Celery) -> None:
    assert ran(failing(app, OSError("down"), autoretry_for=()))[0] == states.FAILURE


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Reject("poison"), states.REJECTED),
        (Ignore(), states.IGNORED),
        (SoftTimeLimitExceeded(), states.FAILURE),
        (errors.InvalidInput("chat_id", "is empty"), states.FAILURE),
        (errors.KeyConflict("idempotency_key", "is taken"), states.FAILURE),
        (errors.MessageRejected(1, "blocked"), states.FAILURE),
        (errors.DeliveryUncertain(1, "timeout"), states.FAILURE),
    ],
)
def test_what_no_retry_mends_is_not_retried(app: Celery, error: Exception, state: str) -> None:
    assert ran(failing(app, error))[0] == state


@pytest.mark.parametrize("error", [errors.LedgerUnavailable("away"), errors.NotFound("gone")])
def test_our_other_errors_are_retried(app: Celery, error: Exception) -> None:
    assert ran(failing(app, error))[0] == states.RETRY


def test_a_task_may_ask_for_a_wait_of_its_own(app: Celery) -> None:
    def ask(self: Any) -> None:
        raise self.retry(countdown=3)

    task = app.task(name="asks", bind=True, autoretry_for=(Exception,), retry_backoff=2)(ask)
    state, retry = ran(task)
    assert (state, retry.when) == (states.RETRY, 3)


def test_a_task_that_asks_for_a_retry_without_a_time_waits_by_the_policy(app: Celery) -> None:
    def ask(self: Any) -> None:
        raise self.retry(exc=SlowDown())

    state, retry = ran(app.task(name="asks", bind=True)(ask))
    assert (state, retry.when) == (states.RETRY, 1234)


@pytest.fixture
def registered() -> Iterator[None]:
    before = set(celery_app.tasks)
    yield
    for name in set(celery_app.tasks) - before:
        celery_app.tasks.unregister(name)


Declare = Callable[..., Any]


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("declare", [enhanced_retry_task, critical_message_task])
def test_a_task_is_declared_bare_or_with_options(declare: Declare) -> None:
    def double(number: int) -> int:
        return 2 * number

    bare = declare(double)
    named = declare(name="tests.named", max_retries=1, retry_jitter=False)(double)
    assert (bare(2), named(3)) == (4, 6)
    assert bare.name == f"{__name__}.double"
    assert (named.name, named.max_retries, named.retry_jitter) == ("tests.named", 1, False)
    for task in (bare, named):
        assert task.autoretry_for == (Exception,)
        assert task.retry_backoff == 2
        assert errors.InvalidInput in task.dont_autoretry_for


def nothing() -> None: ...


@pytest.mark.usefixtures("registered")
def test_what_a_task_is_told_of_its_retries_is_kept() -> None:
    options: dict[str, Any] = {"name": "tests.kept", "autoretry_for": (KeyError,)}
    options["retry_backoff"] = 3
    task = enhanced_retry_task(**options)(nothing)
    assert (task.autoretry_for, task.retry_backoff) == ((KeyError,), 3)


@pytest.mark.parametrize(
    "error",
    [
        errors.InvalidInput("chat_id", "is empty", "give one"),
        errors.InvalidContent("message", "is too long"),
        errors.KeyConflict("idempotency_key", "is taken"),
        errors.MessageRejected(5, "blocked", "Forbidden"),
        errors.AttemptsExhausted(5, "exhausted"),
        errors.DeliveryUncertain(5, "timeout"),
        errors.MessageCancelled(5, "cancelled"),
        errors.MessageExpired(5, "expired"),
        errors.DeliveryPending(5, "queued", "2026-12-01T12:00:00+00:00"),
        errors.LedgerUnavailable("away"),
    ],
)
def test_our_errors_come_back_from_the_result_store_as_they_were(
    app: Celery, error: errors.AnalyticBotError
) -> None:
    stored = json.loads(json.dumps(app.backend.prepare_exception(error, "json")))
    back = app.backend.exception_to_python(stored)
    assert type(back) is type(error)
    assert (back.args, str(back), vars(back)) == (error.args, str(error), vars(error))
