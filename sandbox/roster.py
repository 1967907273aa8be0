"""Who is what in a chat: Telegram's ChatMembers, without the user in them."""

from collections.abc import Iterator
from typing import Any

CREATOR, ADMINISTRATOR, MEMBER = "creator", "administrator", "member"
RESTRICTED, LEFT, KICKED = "restricted", "left", "kicked"
STATUSES = (CREATOR, ADMINISTRATOR, MEMBER, RESTRICTED, LEFT, KICKED)
ADMINISTRATORS = frozenset({CREATOR, ADMINISTRATOR})
PRESENT = frozenset({CREATOR, ADMINISTRATOR, MEMBER, RESTRICTED})

ADMINISTRATORS_RIGHTS = (
    *("can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
    *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users"),
    *("can_post_stories", "can_edit_stories", "can_delete_stories"),
    "can_send_welcome_messages",
)
CHANNELS_RIGHTS = ("can_post_messages", "can_edit_messages")
GROUPS_RIGHTS = ("can_pin_messages",)
PERMISSIONS = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos"),
    *("can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls"),
    *("can_send_other_messages", "can_add_web_page_previews", "can_react_to_messages"),
    *("can_edit_tag", "can_change_info", "can_invite_users", "can_pin_messages"),
    "can_manage_topics",
)

Member = dict[str, Any]


class Roster:
    """The members of one chat that were named, and those who were once."""

    def __init__(self) -> None:
        self._members: dict[int, Member] = {}

    def of(self, user_id: int) -> Member | None:
        return self._members.get(user_id)

    def put(self, user_id: int, member: Member) -> None:
        self._members[user_id] = member

    def with_status(self, statuses: frozenset[str]) -> Iterator[tuple[int, Member]]:
        for user_id, member in self._members.items():
            if member["status"] in statuses:
                yield user_id, member


def member_of(status: str, *, channel: bool, rights: dict[str, Any] | None = None) -> Member:
    """A ChatMember. `rights` are named against the usual: an administrator may do everything,
    one who is restricted nothing."""
    if status == CREATOR:
        return {"status": status, "is_anonymous": False}
    if status == ADMINISTRATOR:
        known = ADMINISTRATORS_RIGHTS + (CHANNELS_RIGHTS if channel else GROUPS_RIGHTS)
        standing = {"status": status, "can_be_edited": False, "is_anonymous": False}
        return {**standing, **_flags(known, True, rights)}
    if status == RESTRICTED:
        standing = {"status": status, "is_member": True, "until_date": 0}
        return {**standing, **_flags(PERMISSIONS, False, rights)}
    return {"status": status, "until_date": 0} if status == KICKED else {"status": status}


def _flags(known: tuple[str, ...], usual: bool, given: dict[str, Any] | None) -> dict[str, bool]:
    return {name: bool((given or {}).get(name, usual)) for name in known}
