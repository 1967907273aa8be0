"""A press on an inline button, and the bot's answer to it."""

from sandbox.archive import Message
from sandbox.chats import Chat
from sandbox.presses import Press
from sandbox.query import Mistake
from sandbox.telegram import Call, Telegram

INSTANCES = 7_919_000_000_000
"""A chat_instance stands for the chat and is not its id."""


def press(
    telegram: Telegram, chat: Chat, message: Message, user_id: int, data: str, bot_id: int | None
) -> Press:
    """Tell the message's bot; the answer comes later."""
    query_id, pressed = telegram.presses.add(chat.id, telegram.clock())
    query = {
        "id": query_id,
        "from": telegram.users.find(user_id),
        "message": message,
        "chat_instance": str(chat.id + INSTANCES),
        "data": data,
    }
    telegram.tell(_bots(telegram, chat, message, bot_id), "callback_query", query)
    return pressed


def answer_callback_query(telegram: Telegram, call: Call) -> bool:
    arguments = call.arguments
    answer = {
        "text": arguments.text("text"),
        "show_alert": arguments.flag("show_alert"),
        "url": arguments.text("url"),
    }
    query_id = arguments.text("callback_query_id")
    pressed = telegram.presses.answer(query_id, answer, telegram.clock())
    telegram.changes.touch(pressed.chat_id)
    return True


def data_of(message: Message, data: str | None, row: int | None, column: int | None) -> str:
    """The data of the button meant; raises Mistake for one that the message has not."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = {
        (row_number, number): button["callback_data"]
        for row_number, buttons in enumerate(rows)
        for number, button in enumerate(buttons)
        if "callback_data" in button
    }
    found = data if data is not None else buttons.get((row or 0, column or 0))
    if found is None or found not in buttons.values():
        raise Mistake(f"the message has no such button; it has {sorted(buttons.values())}")
    return found


def _bots(telegram: Telegram, chat: Chat, message: Message, asked: int | None) -> list[int]:
    """Who wrote the message. A channel's does not tell: there it is the chat's bots."""
    author = message.get("from", {})
    if asked is None and author.get("is_bot"):
        return [author["id"]]
    return telegram.bots_in(chat, asked)
