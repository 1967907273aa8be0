"""The log of what was accepted: numbered, bounded, cheap to read whole."""

import json
from pathlib import Path

from sandbox.receipts import HEAD, Accepted, Receipts


def accepted(number: int, chat_id: int = 5, text: str = "text") -> Accepted:
    return Accepted(1, chat_id, number, "sendMessage", text, 1.5, 2.5, {"text": text}, {})


def filled(receipts: Receipts, count: int) -> Receipts:
    for number in range(1, count + 1):
        receipts.add(accepted(number, chat_id=number % 3))
    return receipts


def test_receipts_are_numbered_from_one() -> None:
    receipts = filled(Receipts(), 3)
    assert receipts.last == 3
    assert receipts.since(0) == [1, 2, 3]
    assert receipts.since(2) == [3]
    assert receipts.since(99) == []


def test_receipts_can_be_asked_for_by_chat() -> None:
    receipts = filled(Receipts(), 9)
    assert receipts.since(0, chat_id=1) == [1, 4, 7]
    assert receipts.since(4, chat_id=1) == [7]
    assert receipts.since(0, bot_id=2) == []


def test_old_receipts_lose_their_message_but_not_their_facts() -> None:
    receipts = filled(Receipts(full=2), 3)
    old, _, new = receipts.whole([1, 2, 3])
    assert (old["params"], new["params"]) == (None, {"text": "text"})
    assert [receipt["message_id"] for receipt in (old, new)] == [1, 3]


def test_beyond_the_bound_the_oldest_go_and_the_numbers_stay() -> None:
    receipts = filled(Receipts(core=100), 150)
    assert receipts.last == 150
    kept = receipts.since(0)
    assert len(kept) <= 100
    assert [row["message_id"] for row in receipts.whole(kept)] == kept


def test_the_columns_say_the_same_as_the_receipts() -> None:
    receipts = filled(Receipts(), 7)
    columns = receipts.columns(receipts.since(2))
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for row, whole in zip(rows, receipts.whole(receipts.since(2)), strict=True):
        assert row.items() <= whole.items()


def test_a_long_text_is_kept_whole_for_a_while_and_its_head_for_good() -> None:
    receipts = Receipts(full=1)
    receipts.add(accepted(1, text="x" * 1000))
    [fresh] = receipts.whole([1])
    receipts.add(accepted(2))
    [old] = receipts.whole([1])
    assert (len(fresh["text"]), len(old["text"])) == (1000, HEAD)


def test_clearing_begins_at_one_again() -> None:
    receipts = filled(Receipts(), 3)
    receipts.clear()
    assert receipts.last == 0
    assert filled(receipts, 1).since(0) == [1]


def test_the_file_has_a_line_for_each_message(tmp_path: Path) -> None:
    receipts = filled(Receipts(tmp_path / "receipts"), 3)
    lines = (tmp_path / "receipts").read_text().splitlines()
    receipts.close()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2, 3]
    assert json.loads(lines[0])["text"] == "text"
