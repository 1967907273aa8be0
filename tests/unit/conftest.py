"""How examples are drawn: without a deadline, for a busy machine is no fault of the code's.
And a supervisor, whose programs are gone after the test.
"""

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from apps.cli.supervisor import Supervisor
from tests.unit.supervised import Told

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def supervisor(told: Told) -> AsyncIterator[Supervisor]:
    made = Supervisor(told)
    yield made
    made.hurry.set()
    await made.stop()
