"""What the bot waits for while somebody writes a post, or moves one."""

from aiogram.fsm.state import State, StatesGroup


class Posting(StatesGroup):
    content = State()  # the post itself
    gathering = State()  # the rest of an album
    ready = State()  # a press; or the post anew
    buttons = State()  # lines of buttons
    words = State()  # a time
    rule = State()  # how it repeats


class Moving(StatesGroup):
    words = State()  # the new time of a message that waits
    start = State()  # the new time of a broadcast that is to begin
