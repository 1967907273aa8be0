"""docker-compose.yml as Compose reads it: overrides merged, variables put in.

As much of it as our files use. tests/e2e/test_compose_files.py holds it against docker-compose.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from tests.servers.process import ServerFailed

ROOT = Path(__file__).parents[2]
BASE, RABBITMQ, SECRETS, PORTS = (
    f"docker-compose{which}.yml" for which in ("", ".rabbitmq", ".secrets", ".ports")
)
# ${NAME}, ${NAME:-default}, ${NAME:?what to do}, and $$ for $.
VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?::(-|\?)([^}]*))?\})")
REPLACED = ("command", "test")

Service = dict[str, Any]


def services(files: Sequence[str], variables: Mapping[str, str]) -> dict[str, Service]:
    """By name. Raises ServerFailed for a variable that must be set and is not."""
    merged: dict[str, Any] = {}
    for name in files:
        told = yaml.safe_load((ROOT / name).read_text())
        merged = _merged(merged, _filled(told["services"], variables))
    for service in merged.values():
        service["environment"] = _passed(service.get("environment", {}), variables)
    return merged


def _filled(part: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {name: _filled(value, variables) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, variables) for value in part]
    if isinstance(part, str):
        return VARIABLE.sub(lambda found: _value(found, variables), part)
    return part


def _value(found: re.Match[str], variables: Mapping[str, str]) -> str:
    dollar, name, kind, text = found.groups()
    if dollar:
        return "$"
    if kind == "?" and not variables.get(name):
        raise ServerFailed(text)
    return variables.get(name) or (text if kind == "-" else "")


def _passed(environment: dict[str, Any], variables: Mapping[str, str]) -> dict[str, str]:
    """A name without a value takes the one of the same variable, and is not there without."""
    found = {
        name: variables.get(name) if value is None else str(value)
        for name, value in environment.items()
    }
    return {name: value for name, value in found.items() if value is not None}


def _merged(base: Any, more: Any, name: str = "") -> Any:
    if isinstance(base, dict) and isinstance(more, dict):
        both = {key: _merged(base[key], more[key], key) for key in base.keys() & more.keys()}
        return {**base, **more, **both}
    if isinstance(base, list) and isinstance(more, list) and name not in REPLACED:
        return base + [each for each in more if each not in base]
    return more
