"""Which programs of Celery's write their log as ours do: those that run for long."""

import pytest

from infra.celery.logs import role_of

APP = ("-A", "infra.celery.celery_app")


@pytest.mark.parametrize("program", ["/opt/venv/bin/celery", "/x/site-packages/celery/__main__.py"])
@pytest.mark.parametrize("role", ["worker", "beat", "flower"])
def test_a_program_of_celerys_is_known_by_its_command(program: str, role: str) -> None:
    assert role_of([program, *APP, role, "--loglevel=info"]) == role


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["/opt/venv/bin/celery", *APP, "inspect", "ping"],
        ["/app/apps/cli/__main__.py", "worker"],
        ["-c", "worker"],
        ["my_program.py", "beat"],
    ],
)
def test_any_other_keeps_its_own(argv: list[str]) -> None:
    assert role_of(argv) == ""
