"""The people: any id above zero is one, unless it was declared otherwise."""

from typing import Any

User = dict[str, Any]


class Users:
    """Telegram's User objects by id, of whoever did something or was declared."""

    def __init__(self) -> None:
        self.by_id: dict[int, User] = {}
        self.last_writer = 0

    def find(self, user_id: int) -> User:
        if user_id not in self.by_id:
            self.declare(user_id)
        return self.by_id[user_id]

    def declare(self, user_id: int, **names: Any) -> User:
        """Give a user names, or others than he has."""
        before = self.by_id.get(user_id, {"first_name": f"User {user_id}"})
        self.by_id[user_id] = {**before, "id": user_id, "is_bot": False, **names}
        return self.by_id[user_id]
