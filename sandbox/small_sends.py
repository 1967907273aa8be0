"""Sends whose content is a few values: places, contacts, polls, dice."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from sandbox.arguments import Arguments
from sandbox.refusals import bad_request

DICE = {
    "\N{GAME DIE}": 6,
    "\N{DIRECT HIT}": 6,
    "\N{BOWLING}": 6,
    "\N{BASKETBALL AND HOOP}": 5,
    "\N{SOCCER BALL}": 5,
    "\N{SLOT MACHINE}": 64,
}
OPTIONS = range(1, 13)

Content = dict[str, Any]


def location_of(arguments: Arguments, _: Random) -> Content:
    return {"location": _location(arguments)}


def venue_of(arguments: Arguments, _: Random) -> Content:
    location, title = _location(arguments), arguments.text("title").strip()
    if not title:
        raise bad_request("venue title must be non-empty")
    names = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
    told = {name: arguments.text(name) for name in names if arguments.text(name)}
    address = arguments.text("address")
    return {
        "location": location,
        "venue": {"location": location, "title": title, "address": address, **told},
    }


def contact_of(arguments: Arguments, _: Random) -> Content:
    phone, name = arguments.text("phone_number").strip(), arguments.text("first_name").strip()
    if not phone:
        raise bad_request("phone number is empty")
    if not name:
        raise bad_request("first name is empty")
    told = {n: arguments.text(n) for n in ("last_name", "vcard") if arguments.text(n)}
    return {"contact": {"phone_number": phone, "first_name": name, **told}}


def dice_of(arguments: Arguments, chance: Random) -> Content:
    emoji = arguments.text("emoji") or "\N{GAME DIE}"
    if emoji not in DICE:
        raise bad_request("can't send a dice with the specified emoji")
    return {"dice": {"emoji": emoji, "value": chance.randint(1, DICE[emoji])}}


def poll_of(arguments: Arguments, chance: Random) -> Content:
    question, asked = arguments.text("question").strip(), arguments.nested("options", "options")
    if not question:
        raise bad_request("poll question must be non-empty")
    if not isinstance(asked, list):
        raise bad_request("expected an Array of InputPollOption as options")
    if len(asked) not in OPTIONS:
        raise bad_request(f"poll must have from {OPTIONS.start} to {OPTIONS.stop - 1} options")
    poll = {
        "id": str(chance.getrandbits(62)),
        "question": question,
        "options": [_option(number, option) for number, option in enumerate(asked)],
        "total_voter_count": 0,
        "is_closed": arguments.flag("is_closed"),
        "is_anonymous": arguments.text("is_anonymous").lower() not in ("false", "0"),
        "type": arguments.text("type") or "regular",
        "allows_multiple_answers": arguments.flag("allows_multiple_answers"),
        "allows_revoting": arguments.flag("allows_revoting"),
        "members_only": arguments.flag("members_only"),
    }
    return {"poll": poll}


def _option(number: int, option: Any) -> Content:
    text = option.get("text") if isinstance(option, dict) else option
    if not isinstance(text, str) or not text.strip():
        raise bad_request("poll options must be non-empty")
    return {"persistent_id": str(number), "text": text, "voter_count": 0}


def _location(arguments: Arguments) -> Content:
    try:
        place = {name: float(arguments.text(name)) for name in ("latitude", "longitude")}
    except ValueError:
        raise bad_request("latitude and longitude must be numbers") from None
    if not (abs(place["latitude"]) <= 90 and abs(place["longitude"]) <= 180):
        raise bad_request("wrong location specified")
    return place


SMALL_SENDS: Mapping[str, Callable[[Arguments, Random], Content]] = {
    "sendLocation": location_of,
    "sendVenue": venue_of,
    "sendContact": contact_of,
    "sendPoll": poll_of,
    "sendDice": dice_of,
}
