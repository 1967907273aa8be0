"""What a bot lacks in a chat, from Telegram's ChatMember."""

from typing import Any

import pytest

from core.channel_rights import ALL, Right, missing_rights

ADMIN = {
    "status": "administrator",
    "can_post_messages": True,
    "can_edit_messages": True,
    "can_delete_messages": True,
    "can_pin_messages": True,
}

CASES: list[tuple[str, dict[str, Any], tuple[Right, ...]]] = [
    ("channel", ADMIN, ()),
    ("channel", {"status": "creator"}, ()),
    ("channel", ADMIN | {"can_post_messages": False}, (Right.POST,)),
    ("channel", ADMIN | {"can_edit_messages": None}, (Right.EDIT, Right.PIN)),
    ("channel", ADMIN | {"can_pin_messages": None}, ()),
    ("channel", {"status": "administrator"}, ALL),
    ("channel", {"status": "member"}, ALL),
    ("channel", {"status": "left"}, ALL),
    ("supergroup", ADMIN, ()),
    ("supergroup", ADMIN | {"can_post_messages": None}, ()),
    ("supergroup", ADMIN | {"can_pin_messages": False}, (Right.PIN,)),
    ("supergroup", {"status": "member"}, (Right.DELETE, Right.PIN)),
    ("group", {"status": "kicked"}, ALL),
    (
        "supergroup",
        {"status": "restricted", "is_member": True, "can_send_messages": True},
        (Right.DELETE, Right.PIN),
    ),
    (
        "supergroup",
        {"status": "restricted", "is_member": True, "can_send_messages": False},
        (Right.POST, Right.DELETE, Right.PIN),
    ),
    ("supergroup", {"status": "restricted", "is_member": False}, ALL),
]


@pytest.mark.parametrize(("chat_type", "member", "lacking"), CASES)
def test_rights_are_read_as_telegram_means_them(
    chat_type: str, member: dict[str, Any], lacking: tuple[Right, ...]
) -> None:
    assert missing_rights(member, chat_type) == lacking
