"""The buttons of /people."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from apps.bot.callbacks import InviteAs, PeopleList, PersonButton, PersonStep
from apps.bot.keyboards.rows import keyboard
from apps.bot.texts import Words
from core.person import Person, Role


def people_list(people: Sequence[Person], words: Words) -> InlineKeyboardMarkup:
    return keyboard(
        [
            *(
                [
                    (
                        _named(person, words),
                        PersonButton(step=PersonStep.SHOW, user_id=person.user_id),
                    )
                ]
                for person in people
            ),
            [
                (words.format("people-invite", role=role.value), InviteAs(role=role))
                for role in (Role.EDITOR, Role.VIEWER)
            ],
            [(words.format("people-invite", role=Role.OWNER.value), InviteAs(role=Role.OWNER))],
        ]
    )


def person_card(person: Person, words: Words) -> InlineKeyboardMarkup:
    remove = PersonButton(step=PersonStep.REMOVE, user_id=person.user_id)
    return keyboard([[(words.format("people-remove"), remove)], _back(words)])


def sure_to_remove(person: Person, words: Words) -> InlineKeyboardMarkup:
    remove = PersonButton(step=PersonStep.REMOVED, user_id=person.user_id)
    return keyboard([[(words.format("people-remove-sure"), remove)], _back(words)])


def back_to_people(words: Words) -> InlineKeyboardMarkup:
    return keyboard([_back(words)])


def _back(words: Words) -> list[tuple[str, PeopleList]]:
    return [(words.format("back"), PeopleList())]


def _named(person: Person, words: Words) -> str:
    return words.format("people-button", name=person.name, role=person.role.value)
