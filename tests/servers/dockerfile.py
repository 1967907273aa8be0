"""What infra/docker/Dockerfile says of each target: its environment, command and health check."""

import json
import re
import shlex
from dataclasses import dataclass, field, replace
from pathlib import Path

DOCKERFILE = Path(__file__).parents[2] / "infra" / "docker" / "Dockerfile"


@dataclass(frozen=True, slots=True)
class Image:
    """`command` and `healthcheck` in exec form."""

    environment: dict[str, str] = field(default_factory=dict)
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)


def images() -> dict[str, Image]:
    """By the name of their stage; each begins as the stage that it is built from."""
    found: dict[str, Image] = {}
    stage = ""
    for word, rest in _instructions():
        if word == "FROM":
            origin, _, stage = rest.split()
            found[stage] = found.get(origin, Image())
        elif stage:
            found[stage] = _with(found[stage], word, rest)
    return found


def _with(image: Image, word: str, rest: str) -> Image:
    if word == "ENV":
        pairs = dict(pair.split("=", 1) for pair in shlex.split(rest))
        return replace(image, environment={**image.environment, **pairs})
    if word == "CMD":
        return replace(image, command=json.loads(rest))
    if word == "HEALTHCHECK":
        return replace(image, healthcheck=json.loads(rest.partition("CMD")[2]))
    return image


def _instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE)
    lines = (line.strip() for line in text.replace("\\\n", " ").splitlines())
    return [
        (word, rest.strip()) for word, _, rest in (each.partition(" ") for each in lines if each)
    ]
