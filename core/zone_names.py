"""Time zones by what people call them: an IANA name, a city, or something near to one."""

import difflib
from collections.abc import Iterable, Mapping

LONGEST = 64
NEAR = 4
FOUND = 3


def zones_like(
    text: str, zones: Iterable[str], cities: Mapping[str, str] | None = None
) -> tuple[list[str], bool]:
    """The zones that may be meant, at most three, and whether the words are the one's own name.

    `cities` are further names, in small letters, each with its zone.
    """
    wanted = " ".join(text.split()).casefold().replace(" ", "_")
    known = sorted(zones)
    spelled = {zone.casefold(): zone for zone in known}
    spelled |= {zone.casefold().rpartition("/")[2]: zone for zone in known if "/" in zone}
    spelled |= {city.replace(" ", "_"): zone for city, zone in (cities or {}).items()}
    if wanted in spelled:
        return [spelled[wanted]], True
    near = difflib.get_close_matches(wanted[:LONGEST], spelled, NEAR)
    return list(dict.fromkeys(spelled[each] for each in near))[:FOUND], False
