"""What end-to-end tests share: scenarios that run side by side, and logs beside a failure."""

from collections.abc import Generator, Iterator

import pytest

from tests.e2e.side_by_side import SideBySide, chosen
from tests.servers.postgres import PostgresServer
from tests.servers.stack import Stack


@pytest.fixture(scope="module")
def side_by_side(
    request: pytest.FixtureRequest, postgres_server: PostgresServer
) -> Iterator[SideBySide]:
    """Every selected scenario of the file, begun when the first of them is asked for."""
    beside = (item for item in request.session.items if item.path == request.path)
    scenarios = filter(None, map(chosen, beside))
    with SideBySide(scenarios, postgres_server) as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show how the logs end of the stack that a failed test worked with."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.failed and isinstance(stack, Stack):
        report.sections.append(("processes", stack.logs()))
    return report
