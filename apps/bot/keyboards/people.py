"""The buttons of /people."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from apps.bot.callbacks import InviteAs, PeopleList, PersonButton, PersonStep
from apps.bot.cutting import one_line
from apps.bot.keyboards.pages import items_on, turning
from apps.bot.keyboards.rows import Button, keyboard
from apps.bot.texts import Words
from core.person import Person, Role

NAME_UNITS = 40


def people_list(people: Sequence[Person], page: int, words: Words) -> InlineKeyboardMarkup:
    return keyboard(
        [
            *(
                [
                    (
                        _named(person, words),
                        PersonButton(step=PersonStep.SHOW, user_id=person.user_id, page=page),
                    )
                ]
                for person in items_on(page, people)
            ),
            *turning(page, len(people), lambda to: PeopleList(page=to)),
            [
                (words.format("people-invite", role=role.value), InviteAs(role=role))
                for role in (Role.EDITOR, Role.VIEWER)
            ],
            [(words.format("people-invite", role=Role.OWNER.value), InviteAs(role=Role.OWNER))],
        ]
    )


def person_card(person: Person, page: int, words: Words) -> InlineKeyboardMarkup:
    remove = PersonButton(step=PersonStep.REMOVE, user_id=person.user_id, page=page)
    return keyboard([[(words.format("people-remove"), remove)], _back(words, page)])


def sure_to_remove(person: Person, page: int, words: Words) -> InlineKeyboardMarkup:
    remove = PersonButton(step=PersonStep.REMOVED, user_id=person.user_id, page=page)
    return keyboard([[(words.format("people-remove-sure"), remove)], _back(words, page)])


def back_to_people(words: Words, page: int = 0) -> InlineKeyboardMarkup:
    return keyboard([_back(words, page)])


def _back(words: Words, page: int) -> list[Button]:
    return [(words.format("back"), PeopleList(page=page))]


def _named(person: Person, words: Words) -> str:
    return words.format(
        "people-button", name=one_line(person.name, NAME_UNITS), role=person.role.value
    )
