"""What the mark tells of the time that a message was wanted: lateness is measured from there."""

from sqlalchemy import update

from core.partners import Returned
from infra.db.tables import messages
from tests.integration.conftest import Bench, soon


async def test_a_post_is_wanted_when_its_caller_said_however_often_it_was_put_off(
    bench: Bench,
) -> None:
    wanted_at = soon(-60)
    await bench.schedule(due_at=wanted_at)
    [claim] = await bench.claim()
    await bench.ledger.give_back(Returned(claim, 0.0))
    [claim] = await bench.claim()
    sending = await bench.mark(claim)
    assert claim.due_at > wanted_at
    assert sending.wanted_at == wanted_at


async def test_a_broadcasts_message_is_wanted_at_no_time_of_its_own(bench: Bench) -> None:
    await bench.schedule("another", "2", due_at=soon(-1))
    claims = [claim for claim in await bench.claim() if claim.chat_id == "2"]
    async with bench.database.writing() as connection:
        its = messages.c.id == claims[0].id
        await connection.execute(update(messages).where(its).values(broadcast_id=5))
    assert (await bench.mark(claims[0])).wanted_at is None
