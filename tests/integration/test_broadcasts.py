"""The life of a broadcast in the ledger: its states, its counts, and who is tried again."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.audience import Audience
from core.broadcast import Draft, Tally
from core.errors import InvalidContent, KeyConflict, NotFound, TransitionRefused
from core.message import Content, OnUncertain, State
from core.outcome import Outcome, Rejected, Sent, Uncertain
from core.personal_content import check_personal, columns_of, personal_fields
from core.sending_hours import SendingHours
from infra.db import broadcast_reasons, broadcast_report, due
from infra.db.audiences import Audiences
from infra.db.broadcast_ends import CALLED_OFF
from infra.db.broadcast_hours import AT_ONCE, Hours
from infra.db.broadcast_reasons import Reason
from infra.db.broadcast_report import BroadcastReport
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.subscribers import BLOCKED as LEFT
from infra.db.subscribers import STOPPED, Subscribers
from infra.db.tables import broadcasts, chats, messages
from infra.db.tallies import Move, Tallies
from tests.integration.broadcast_bench import BroadcastBench, subscribe
from tests.integration.conftest import BOT, beside, request, soon
from tests.integration.query_plans import Plans

SENT, BLOCKED, HIDDEN = Sent((1,)), Rejected("blocked"), Uncertain("timeout")
GONE = Rejected("blocked", chat_gone=True)
DEEDS = ("start", "pause", "resume", "cancel")
ALLOWED = {
    "draft": {"start": "running", "cancel": "cancelled"},
    "running": {"pause": "paused", "cancel": "cancelled"},
    "paused": {"resume": "running", "cancel": "cancelled"},
    "completed": {},
    "cancelled": {},
}


@pytest.fixture
def bench(database: Database) -> BroadcastBench:
    return BroadcastBench(database)


async def test_a_key_is_one_broadcast_and_not_another_one(bench: BroadcastBench) -> None:
    broadcasts, draft = bench.ledger.broadcasts, Draft(request("news", ""))
    first, again = await broadcasts.create(draft), await broadcasts.create(draft)
    assert (first.created, again.created) == (True, False)
    assert first.broadcast_id == again.broadcast_id
    with pytest.raises(KeyConflict):
        await broadcasts.create(Draft(request("news", ""), audience=Audience(tags=("vip",))))
    found = await bench.get(first.broadcast_id)
    assert (found.key, found.content, found.shown(soon(0))) == (
        "news",
        draft.request.content,
        "draft",
    )
    assert [each.id for each in await broadcasts.newest()] == [found.id]
    with pytest.raises(NotFound):
        await broadcasts.get(found.id + 1)


@pytest.mark.parametrize("state", ALLOWED)
@pytest.mark.parametrize("deed", DEEDS)
async def test_a_deed_is_done_where_the_state_allows_it_and_refused_elsewhere(
    bench: BroadcastBench, state: str, deed: str
) -> None:
    broadcast_id = await bench.draft(1)
    await bench.put(broadcast_id, state=state)
    act = getattr(bench.ledger.broadcasts, deed)
    if deed in ALLOWED[state]:
        await act(broadcast_id)
        assert await bench.standing(broadcast_id) == ALLOWED[state][deed]
    else:
        with pytest.raises(TransitionRefused, match=state):
            await act(broadcast_id)
    with pytest.raises(NotFound):
        await act(broadcast_id + 1)


async def test_a_draft_waits_for_its_start_and_that_for_its_time(bench: BroadcastBench) -> None:
    broadcast_id = await bench.draft(2)
    assert await bench.claim(ahead_s=3) == []
    at = soon(2)
    await bench.ledger.broadcasts.start(broadcast_id, at)
    assert (await bench.get(broadcast_id)).shown(soon(0)) == "scheduled"
    assert await bench.ledger.claims.room(0, 100, 100) == (0, 0)
    assert await bench.claim() == []
    ahead = await bench.claim(ahead_s=3)
    assert [claim.due_at for claim in ahead] == [at, at]


async def test_what_is_paused_is_neither_marked_nor_claimed_and_goes_on_where_it_stopped(
    bench: BroadcastBench,
) -> None:
    broadcast_id = await bench.running(4)
    flying, queued = await bench.claim(2)
    sending = await bench.mark(flying)
    await bench.ledger.broadcasts.pause(broadcast_id)
    assert await bench.ledger.mark_sending(queued) is None
    assert await bench.claim() == []
    await bench.end(sending, SENT)
    assert await bench.tally(broadcast_id) == Tally(4, sent=1)
    await bench.ledger.broadcasts.resume(broadcast_id)
    assert await bench.ledger.mark_sending(queued) is not None
    assert len(await bench.claim()) == 2


async def test_cancelled_counts_at_once_and_its_rows_are_ended_slice_by_slice(
    bench: BroadcastBench,
) -> None:
    broadcast_id = await bench.running(7)
    [flying] = await bench.claim(1)
    sending, ends = await bench.mark(flying), bench.ledger.broadcast_ends
    await bench.ledger.broadcasts.cancel(broadcast_id)
    assert await bench.tally(broadcast_id) == Tally(7, skipped=7)
    assert await bench.ledger.claims.is_busy(0)
    assert [await ends.end_cancelled(4) for _ in range(3)] == [4, 2, 0]
    await bench.end(sending, SENT)
    assert await bench.tally(broadcast_id) == Tally(7, sent=1, skipped=6)
    assert await ends.end_cancelled() == 0
    assert not await bench.ledger.claims.is_busy(0)
    assert [row.state for row in await bench.rows(broadcast_id)].count("cancelled") == 6
    assert await bench.standing(broadcast_id) == "cancelled"


async def test_it_is_completed_when_each_recipient_is_final(bench: BroadcastBench) -> None:
    broadcast_id, ends = await bench.running(3), bench.ledger.broadcast_ends
    await bench.deliver(SENT, BLOCKED)
    assert await ends.complete() == []
    await bench.deliver(HIDDEN)
    assert await ends.complete() == [broadcast_id]
    found = await bench.get(broadcast_id)
    assert found.tally == Tally(3, sent=1, failed=1, uncertain=1)
    assert found.ended_at is not None
    assert await ends.complete() == []


async def test_but_not_before_all_have_their_rows(bench: BroadcastBench) -> None:
    broadcast_id, ends = await bench.running(1), bench.ledger.broadcast_ends
    await bench.put(broadcast_id, built_at=None)
    await bench.deliver(SENT)
    assert await ends.complete() == []
    assert await bench.add(broadcast_id, [1, 2]) == 1
    await bench.deliver(SENT)
    assert await ends.complete() == [broadcast_id]
    assert await bench.add(broadcast_id, [3]) == 1
    assert await bench.standing(broadcast_id) == "running"


async def test_who_was_not_reached_is_tried_again_as_asked(bench: BroadcastBench) -> None:
    broadcast_id, retry = await bench.running(5), bench.ledger.broadcast_retry
    await bench.deliver(SENT, BLOCKED, Rejected("rights"), HIDDEN)
    [last] = [row.id for row in await bench.rows(broadcast_id) if row.state == "scheduled"]
    await bench.ledger.desk.cancel(last)
    await bench.ledger.broadcast_ends.complete()
    again = [count async for count in retry.slices(broadcast_id, reasons=["rights"])]
    assert again == [1]
    assert await bench.tally(broadcast_id) == Tally(5, 1, failed=1, skipped=1, uncertain=1)
    assert await bench.standing(broadcast_id) == "running"
    missing = (State.FAILED, State.CANCELLED, State.EXPIRED, State.UNCERTAIN)
    assert sum([count async for count in retry.slices(broadcast_id, missing)]) == 3
    assert await bench.tally(broadcast_id) == Tally(5, 1)
    await bench.deliver_all()
    assert await bench.ledger.broadcast_ends.complete() == [broadcast_id]
    assert await bench.tally(broadcast_id) == Tally(5, 5)


async def test_what_has_expired_and_is_tried_again_does_not_expire_at_once(
    bench: BroadcastBench,
) -> None:
    wish = request("late", "", expires_at=soon(60))
    made = await bench.ledger.intake.schedule_broadcast(wish, ["1", "2"])
    await bench.pass_s(61)
    await bench.ledger.expiry.expire()
    assert await bench.tally(made.broadcast_id) == Tally(2, skipped=2)
    slices = bench.ledger.broadcast_retry.slices(made.broadcast_id, [State.EXPIRED])
    assert [count async for count in slices] == [2]
    await bench.deliver_all()
    assert await bench.tally(made.broadcast_id) == Tally(2, sent=2)


@pytest.mark.parametrize("state", ["draft", "cancelled"])
async def test_nobody_of_a_draft_or_a_cancelled_one_is_tried_again(
    bench: BroadcastBench, state: str
) -> None:
    broadcast_id = await bench.running(1)
    await bench.deliver(BLOCKED)
    await bench.put(broadcast_id, state=state)
    with pytest.raises(TransitionRefused, match=state):
        _ = [count async for count in bench.ledger.broadcast_retry.slices(broadcast_id)]


async def test_one_message_that_is_tried_again_makes_its_broadcast_go_on_unless_cancelled(
    bench: BroadcastBench,
) -> None:
    broadcast_id = await bench.running(1)
    await bench.deliver(BLOCKED)
    await bench.ledger.broadcast_ends.complete()
    [row] = await bench.rows(broadcast_id)
    await bench.ledger.desk.retry(row.id)
    assert (await bench.standing(broadcast_id), await bench.tally(broadcast_id)) == (
        "running",
        Tally(1),
    )
    await bench.deliver(BLOCKED)
    await bench.put(broadcast_id, state="cancelled")
    with pytest.raises(TransitionRefused, match="cancelled"):
        await bench.ledger.desk.retry(row.id)
    assert await bench.tally(broadcast_id) == Tally(1, failed=1)


async def test_errors_in_a_row_pause_it_and_it_says_why(bench: BroadcastBench) -> None:
    broadcast_id = await bench.running(9, errors_in_a_row=3)
    await bench.deliver(BLOCKED, HIDDEN, SENT, BLOCKED, BLOCKED)
    assert await bench.standing(broadcast_id) == "running"
    await bench.deliver(Rejected("rights", "not enough rights"))
    found = await bench.get(broadcast_id)
    assert (found.state, found.why) == (
        "paused",
        "3 errors in a row, the last: rights (not enough rights)",
    )
    await bench.ledger.broadcasts.resume(broadcast_id)
    await bench.deliver(BLOCKED, BLOCKED)
    assert ((await bench.get(broadcast_id)).state, (await bench.get(broadcast_id)).why) == (
        "running",
        "",
    )


async def test_all_processes_count_its_errors_together(bench: BroadcastBench) -> None:
    broadcast_id = await bench.running(5, errors_in_a_row=4)
    move = Move(broadcast_id, State.SENDING, State.FAILED)
    async with bench.database.writing() as connection:
        for shard in (100, 101):
            await Tallies(bench.database.dialect, shard).add(connection, [move])
    await bench.deliver(BLOCKED)
    assert await bench.standing(broadcast_id) == "running"
    await bench.deliver(BLOCKED)
    assert await bench.standing(broadcast_id) == "paused"


async def test_what_a_process_met_that_is_gone_counts_no_more_once_others_have_sent(
    bench: BroadcastBench,
) -> None:
    broadcast_id = await bench.running(8, errors_in_a_row=4)
    failed = [Move(broadcast_id, State.SENDING, State.UNCERTAIN)] * 3
    gone, like_it = (Tallies(bench.database.dialect, 100) for _ in range(2))
    async with bench.database.writing() as connection:
        await gone.add(connection, failed)
    await bench.deliver(SENT, BLOCKED)
    assert await bench.standing(broadcast_id) == "running"
    async with bench.database.writing() as connection:
        await like_it.add(connection, failed[:1])  # another process that counts where it did
    await bench.deliver(BLOCKED)
    assert await bench.standing(broadcast_id) == "running", "three since the success"
    await bench.deliver(BLOCKED)
    assert (await bench.get(broadcast_id)).why == f"4 errors in a row, the last: {BLOCKED.reason}"


async def test_none_are_too_many_where_that_is_asked_for(bench: BroadcastBench) -> None:
    broadcast_id = await bench.running(5, errors_in_a_row=0)
    await bench.deliver(*[BLOCKED] * 5)
    assert await bench.standing(broadcast_id) == "running"


async def test_outside_of_its_hours_nothing_is_claimed_until_they_open(
    bench: BroadcastBench,
) -> None:
    now = await bench.database.now()
    begins = (now.hour * 60 + now.minute + 120) % 1440
    hours = SendingHours(begins, (begins + 60) % 1440, "UTC")
    later = await bench.running(2, "later", hours=hours)
    opens_at = (await bench.get(later)).opens_at
    assert opens_at is not None
    assert opens_at - now <= timedelta(hours=2)
    assert await bench.claim() == []
    # As if they had just closed: noticed by the claim, and not asked for again before.
    await bench.put(later, opens_at=now)
    assert await bench.ledger.claims.room(0, 100, 100) == (100, 0)
    assert await bench.claim() == []
    assert (await bench.get(later)).opens_at == opens_at
    assert not await bench.ledger.claims.is_busy(0)
    whole_day = SendingHours((begins + 60) % 1440, begins, "UTC")
    await bench.running(2, "now", hours=whole_day)
    assert len(await bench.claim()) == 2


async def test_closed_hours_do_not_undo_a_move_of_its_start(bench: BroadcastBench) -> None:
    now = await bench.database.now()
    minute = (now.hour * 60 + now.minute + 120) % 1440
    hours = SendingHours(minute, (minute + 60) % 1440, "UTC")
    broadcast_id = await bench.running(1, hours=hours)
    await bench.put(broadcast_id, opens_at=now)
    async with bench.database.reading() as connection:
        query = select(broadcasts, utc_now().label("now"))
        found = (await connection.execute(query)).one()
    at = soon(5 * 86_400)
    await bench.put(broadcast_id, opens_at=at)
    async with bench.database.writing() as connection:
        assert not await Hours(BOT, 0, 0)._is_open(connection, found, hours)
    assert (await bench.get(broadcast_id)).opens_at == at


async def test_of_many_that_run_a_claim_takes_from_some_and_all_have_their_turn(
    bench: BroadcastBench,
) -> None:
    ids = [await bench.running(2, f"b{n}") for n in range(AT_ONCE + 4)]
    first = [claim.broadcast_id for claim in await bench.claim()]
    assert sorted(Counter(first).values()) == [2] * AT_ONCE
    second = [claim.broadcast_id for claim in await bench.claim()]
    assert {*first, *second} == set(ids)


async def test_no_more_of_them_than_there_is_room_for(bench: BroadcastBench) -> None:
    for n in range(6):
        await bench.running(1, f"b{n}")
    lots: Counter[int] = Counter()
    for _ in range(60):
        candidates = due.running(BOT, 0.0)
        async with bench.database.writing() as connection:
            drawn = await Hours(BOT, 0, 0).open_now(connection, candidates, 3)
        assert len(drawn) == 3
        lots.update(each.broadcast_id for each in drawn)
    assert min(lots.values()) > 10, "of thirty each"
    assert len(lots) == 6


async def test_one_with_something_on_the_wire_keeps_no_other_from_its_end(
    bench: BroadcastBench,
) -> None:
    first, deeds = await bench.running(1, "first"), bench.ledger.broadcasts
    [claim] = await bench.claim()
    sending, ends = await bench.mark(claim), bench.ledger.broadcast_ends
    await deeds.cancel(first)
    second = await bench.running(3, "second")
    await deeds.cancel(second)
    assert [await ends.end_cancelled() for _ in range(2)] == [3, 0]
    assert {row.state for row in await bench.rows(second)} == {"cancelled"}
    await bench.end(sending, SENT)
    assert await ends.end_cancelled() == 0
    assert not await bench.ledger.claims.is_busy(0)


async def test_two_processes_that_record_at_once_lose_no_count(bench: BroadcastBench) -> None:
    broadcast_id = await bench.running(40)
    other = BroadcastBench(beside(bench.database))
    other.ledger.outcomes._tallies = Tallies(bench.database.dialect, 99)
    claims = await bench.claim(40)
    sendings = await asyncio.gather(*map(bench.ledger.mark_sending, claims))
    marked = [sending for sending in sendings if sending is not None]
    assert len(marked) == 40
    await asyncio.gather(
        *(
            (bench, other)[n % 2].end(each, (SENT, BLOCKED)[n % 3 == 0])
            for n, each in enumerate(marked)
        )
    )
    assert await bench.tally(broadcast_id) == Tally(40, sent=26, failed=14)
    await other.database.close()


async def test_a_late_answer_is_counted_once(bench: BroadcastBench) -> None:
    broadcast_id = await bench.running(2)
    first, second = [await bench.mark(claim) for claim in await bench.claim()]
    async with bench.database.writing() as connection:
        await connection.execute(update(messages).values(lease_until=soon(-1)))
    assert len(await bench.ledger.rescue.end_lost()) == 2
    assert await bench.tally(broadcast_id) == Tally(2, uncertain=2)
    await bench.ledger.broadcast_ends.complete()
    for _ in range(2):
        await bench.end(first, SENT)
    assert await bench.tally(broadcast_id) == Tally(2, sent=1, uncertain=1)
    await bench.ledger.desk.settle_resend(second.claim.id)
    assert await bench.standing(broadcast_id) == "running"
    assert await bench.tally(broadcast_id) == Tally(2, sent=1)


async def test_its_status_reads_no_messages(bench: BroadcastBench) -> None:
    broadcast_id, plans = await bench.running(3), Plans(bench.database)
    async with plans.of("status"):
        await bench.get(broadcast_id)
        await bench.ledger.broadcasts.newest()
    assert plans.found == []


async def test_the_errors_that_it_bears_are_those_of_its_schedulers_choice(
    bench: BroadcastBench,
) -> None:
    wish = request("b", "", on_uncertain=OnUncertain.RESEND)
    made = await bench.ledger.intake.schedule_broadcast(wish, ["1"], 7)
    found = await bench.get(made.broadcast_id)
    assert (found.errors_in_a_row, found.on_uncertain) == (7, OnUncertain.RESEND)


async def test_a_start_that_is_ahead_is_moved(bench: BroadcastBench) -> None:
    broadcast_id, broadcasts = await bench.draft(3), bench.ledger.broadcasts
    await broadcasts.start(broadcast_id, soon(2))
    [early] = await bench.claim(1, ahead_s=3)
    at = soon(3600)
    await broadcasts.move(broadcast_id, at)
    found = await bench.get(broadcast_id)
    assert (found.wanted_at, found.opens_at, found.shown(soon(0))) == (at, at, "scheduled")
    assert await bench.ledger.mark_sending(early) is None
    assert await bench.claim(ahead_s=75) == []
    await broadcasts.move(broadcast_id)
    assert len(await bench.claim()) == 3
    with pytest.raises(TransitionRefused, match="has begun"):
        await broadcasts.move(broadcast_id, at)


async def test_what_was_claimed_for_an_earlier_start_is_not_sent_before_the_new_one(
    bench: BroadcastBench,
) -> None:
    """As where the claim was committed while the start was moved."""
    broadcast_id = await bench.draft(1)
    await bench.ledger.broadcasts.start(broadcast_id, soon(2))
    [early] = await bench.claim(1, ahead_s=3)
    await bench.put(broadcast_id, wanted_at=soon(60))
    assert await bench.ledger.mark_sending(early) is None


@pytest.mark.parametrize("state", ["draft", "paused", "completed", "cancelled"])
async def test_only_a_scheduled_start_is_moved(bench: BroadcastBench, state: str) -> None:
    broadcast_id = await bench.draft(1)
    await bench.put(broadcast_id, state=state, wanted_at=soon(60))
    with pytest.raises(TransitionRefused, match=state):
        await bench.ledger.broadcasts.move(broadcast_id)


async def test_who_is_added_to_a_scheduled_one_waits_for_its_start_and_moves_with_it(
    bench: BroadcastBench,
) -> None:
    broadcast_id = await bench.draft()
    await bench.ledger.broadcasts.start(broadcast_id, soon(3600))
    await bench.add(broadcast_id, [1, 2])
    assert await bench.claim(ahead_s=75) == []
    await bench.ledger.broadcasts.move(broadcast_id)
    assert len(await bench.claim()) == 2


async def test_why_recipients_were_not_reached_is_told_as_the_tally_counts_them(
    bench: BroadcastBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where few are counted, and the others of a kind are what is left of the tally."""
    broadcast_id = await bench.running(12)
    report = BroadcastReport(bench.database, BOT)
    mute = Rejected("rights", "not enough rights")
    await bench.deliver(SENT, *[BLOCKED] * 4, mute, mute, HIDDEN)
    told = [
        Reason(State.FAILED, "blocked", 4),
        Reason(State.FAILED, "rights", 2, "not enough rights"),
        Reason(State.UNCERTAIN, "timeout", 1),
    ]
    for many in (1000, 4, 2, 1):
        monkeypatch.setattr(broadcast_reasons, "MANY", many)
        assert await report.reasons(broadcast_id) == told
    await bench.ledger.broadcasts.cancel(broadcast_id)
    off = Reason(State.CANCELLED, CALLED_OFF, 4)
    for _ in range(3):
        assert set(await report.reasons(broadcast_id)) == {off, *told}
        await bench.ledger.broadcast_ends.end_cancelled(2)
    assert await BroadcastReport(bench.database, BOT + 1).reasons(broadcast_id) == []


async def test_a_report_of_those_not_reached_has_each_of_them_once(
    bench: BroadcastBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast_report, "PAGE", 2)
    broadcast_id = await bench.running(9)
    await bench.deliver(SENT, BLOCKED, Rejected("rights"), BLOCKED, HIDDEN, BLOCKED, Rejected(""))
    report = BroadcastReport(bench.database, BOT)

    async def told(*states: State) -> list[tuple[State, str]]:
        pages = report.pages(broadcast_id, states)
        found = [each async for page in pages for each in page]
        assert len({each.chat_id for each in found}) == len(found)
        return [(each.state, each.reason) for each in found]

    failed = [(State.FAILED, each) for each in ("", "blocked", "blocked", "blocked", "rights")]
    assert await told(State.FAILED) == failed
    assert await told(State.UNCERTAIN, State.FAILED) == [*failed, (State.UNCERTAIN, "timeout")]
    assert len(await told()) == 9
    assert sorted(await told(State.SENT, State.FAILED)) == [*failed, (State.SENT, "")]


async def test_who_has_blocked_the_bot_is_no_error_of_the_broadcast_and_no_success(
    bench: BroadcastBench,
) -> None:
    broadcast_id = await bench.running(9, errors_in_a_row=3)
    await bench.deliver(*[GONE] * 4)
    assert await bench.standing(broadcast_id) == "running"
    await bench.deliver(HIDDEN, GONE, Rejected("rights"), GONE)
    assert await bench.standing(broadcast_id) == "running"
    await bench.deliver(Rejected("too long"))
    found = await bench.get(broadcast_id)
    assert (found.state, found.why) == ("paused", "3 errors in a row, the last: too long")
    assert found.tally == Tally(9, failed=8, uncertain=1)


async def test_what_is_recorded_together_marks_all_chats_that_are_gone_and_frees_others(
    bench: BroadcastBench,
) -> None:
    first = await bench.running(4, errors_in_a_row=1)
    await bench.deliver(*[GONE] * 4)
    retry = bench.ledger.broadcast_retry
    assert sum([count async for count in retry.slices(first)]) == 4
    sendings = [await bench.mark(claim) for claim in await bench.claim()]
    ends: list[Outcome] = [SENT, Rejected("deactivated", chat_gone=True), SENT, GONE]
    await asyncio.gather(*map(bench.end, sendings, ends))
    async with bench.database.reading() as connection:
        told = await connection.execute(select(chats.c.chat_id, chats.c.unreachable))
        known = dict(told.tuples().all())
    assert known == {"1": None, "2": "deactivated", "3": None, "4": "blocked"}
    assert (await bench.get(first)).tally == Tally(4, sent=2, failed=2)


async def test_a_text_that_only_one_name_makes_too_long_is_refused(database: Database) -> None:
    text = Content("sendMessage", {"text": "a" * 4080 + "{name}"})
    audiences, named = Audiences(database, BOT), columns_of(personal_fields(text))
    await subscribe(database, [1, 2])
    check_personal(text, frozenset(), await audiences.longest(Audience(), named))
    await subscribe(database, [3], last_name="of the longest")
    with pytest.raises(InvalidContent, match="with the longest values"):
        check_personal(text, frozenset(), await audiences.longest(Audience(), named))


async def test_who_leaves_while_it_runs_gets_nothing_more_of_it(bench: BroadcastBench) -> None:
    await subscribe(bench.database, [1, 2, 3])
    running = await bench.running(audience=Audience())
    async for _ in bench.ledger.broadcast_build.audience(running):
        pass
    by_name = await bench.running(3, key="to these")
    await bench.claim()  # what is queued is taken back as well
    people = Subscribers(bench.database, BOT)
    assert (await people.stop(1), await people.block(2)) == (True, True)
    assert await bench.tally(running) == Tally(3, skipped=2)
    assert {row.chat_id: row.reason for row in await bench.rows(running)} == {
        "1": STOPPED,
        "2": LEFT,
        "3": None,
    }
    assert await bench.tally(by_name) == Tally(3)


async def test_one_without_anybody_is_not_started(bench: BroadcastBench) -> None:
    nobody = await bench.draft()
    await bench.add(nobody, [])
    with pytest.raises(TransitionRefused, match="has no recipients; make another"):
        await bench.ledger.broadcasts.start(nobody)
    assert await bench.standing(nobody) == "draft"
