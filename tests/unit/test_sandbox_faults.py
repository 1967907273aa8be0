"""Which faults concern a request, and the chats that bring their own along."""

import pytest

from sandbox import faults as known
from sandbox.faults import MAGIC, Faults, Kind, Phase, supergroup_of, take

SEND = "sendMessage"


def test_a_fault_with_a_count_strikes_that_often() -> None:
    faults = Faults()
    faults.add("flood", 5, count=2)
    struck = [len(take(faults.of(5), SEND, Phase.REFUSAL)) for _ in range(3)]
    assert struck == [1, 1, 0]


def test_a_fault_of_one_chat_leaves_the_others_alone() -> None:
    faults = Faults()
    faults.add("blocked", 5)
    assert faults.of(6) == []
    assert faults.of(None) == []


def test_a_fault_without_a_chat_is_everybodys() -> None:
    faults = Faults()
    faults.add("error")
    assert [len(faults.of(chat_id)) for chat_id in (5, -6, None)] == [1, 1, 1]


def test_a_fault_of_one_method_leaves_the_others_alone() -> None:
    faults = Faults()
    faults.add("flood", method="sendPhoto")
    assert take(faults.of(5), SEND, Phase.REFUSAL) == []
    assert len(take(faults.of(5), "sendPhoto", Phase.REFUSAL)) == 1


def test_a_hold_strikes_after_the_message_is_accepted_unless_asked_otherwise() -> None:
    faults = Faults()
    assert faults.add("hold").phase is Phase.AFTER
    assert faults.add("hold", after=False).phase is Phase.BEFORE
    assert faults.add("error").phase is Phase.BEFORE
    assert faults.add("error", after=True).phase is Phase.AFTER


@pytest.mark.parametrize("base", [400_000_000, 400_007_000, -400_999_000, -1_000_400_001_000])
@pytest.mark.parametrize("code", sorted(MAGIC))
def test_a_magic_chat_brings_its_fault_along(base: int, code: int) -> None:
    chat_id = base + code if base > 0 else base - code
    [fault] = Faults().of(chat_id)
    assert (fault.kind, fault.chat_id) == (MAGIC[code].kind, chat_id)


@pytest.mark.parametrize("chat_id", [400_000_100, 399_999_403, 401_000_403, 403, -1001234567403])
def test_ordinary_chats_bring_none(chat_id: int) -> None:
    assert Faults().of(chat_id) == []


def test_each_magic_chat_spends_its_own_count() -> None:
    faults = Faults()
    first, second = known.FLOODED_ONCE, known.FLOODED_ONCE + 1000
    struck = [len(take(faults.of(c), SEND, Phase.REFUSAL)) for c in (first, first, second)]
    assert struck == [1, 0, 1]


def test_what_was_added_can_be_removed_by_id_by_chat_or_altogether() -> None:
    faults = Faults()
    first = faults.add("flood", 5)
    faults.add("blocked", 5)
    faults.add("slow")
    faults.add("error")
    assert faults.remove(first.id) == 1
    assert faults.remove(chat_id=5) == 1
    assert faults.remove() == 2
    assert faults.all() == []


def test_a_magic_groups_supergroup_is_an_ordinary_chat() -> None:
    assert supergroup_of(-known.MIGRATED_CHAT) == -1000400000300
    assert Faults().of(supergroup_of(-known.MIGRATED_CHAT)) == []
    assert supergroup_of(-5) == -1000000000005


def test_every_kind_has_a_phase() -> None:
    assert {Faults().add(kind).phase for kind in Kind} == set(Phase)
