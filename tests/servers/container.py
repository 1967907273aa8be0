"""A container's process without its container: its command, its environment, its health check.

What a container would have for itself is put elsewhere: its paths into a folder, its ports onto
free ones, the names of others onto this machine. All else is as it is written.
"""

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.servers.dockerfile import Image
from tests.servers.process import HOST, ServerFailed, free_port
from tests.servers.program import ROOT, Program

POLL_S = 0.2
HEALTHY_WITHIN_S = 60.0
# Root's alone: a /run of its own, in which the secrets are those of a folder.
WITH_SECRETS = """mount -t tmpfs tmpfs /run
mkdir /run/secrets
mount --bind "$0" /run/secrets
exec "$@"
"""
LISTENING = {"METRICS": "9808", "API": "8000", "BOT_WEBHOOK": "8082", "FLOWER": "5555"}
"""<name>_PORT: the port within a container."""


class Container(Program):
    """`places` are paths and addresses within containers, by what they are here.

    `secrets` is a folder that it finds as /run/secrets, if any.
    """

    def __init__(
        self,
        name: str,
        service: Mapping[str, Any],
        image: Image,
        places: Mapping[str, str],
        secrets: Path | None = None,
    ) -> None:
        self.name = name
        self.ports = {inside: str(free_port()) for inside in LISTENING.values()}
        home = Path(places["/data"]).parent
        own = {"/run/analyticbot": str(home / f"{name}-run"), "/opt/venv": sys.prefix}
        own |= {"/app": str(ROOT)} | {
            f"127.0.0.1:{a}": f"{HOST}:{b}" for a, b in self.ports.items()
        }
        self._places = {**own, **places}
        folder = Path(self.here("/data"))
        for each in (folder, Path(own["/run/analyticbot"])):
            each.mkdir(parents=True, exist_ok=True)
        self._before = (
            ["unshare", "--mount", "sh", "-euc", WITH_SECRETS, str(secrets)] if secrets else []
        )
        self._check = service.get("healthcheck", {}).get("test") or image.healthcheck
        command = service.get("command") or image.command
        environment = {**image.environment, **service["environment"]}
        super().__init__(name, self._all_here(command), folder, self._environment_here(environment))

    @property
    def command(self) -> list[str]:
        return [*self._before, *self._arguments]

    @property
    def environment(self) -> dict[str, str]:
        return dict(self._environment)

    def port(self, inside: int) -> int:
        """Where it is that this port of the container's is here."""
        return int(self.ports[str(inside)])

    def url(self, inside: int, path: str = "/") -> str:
        return f"http://{HOST}:{self.port(inside)}{path}"

    def here(self, text: str) -> str:
        """Longest first: a place may be in another."""
        for place in sorted(self._places, key=len, reverse=True):
            text = re.sub(rf"(?<![\w.]){re.escape(place)}(?![\w.-])", self._places[place], text)
        return text

    def checked(self) -> tuple[int, str]:
        """Its health check, once: what it ends with, and what it says."""
        words = list(self._check)
        if words[0] in ("CMD", "CMD-SHELL"):
            words = ["sh", "-c", words[1]] if words[0] == "CMD-SHELL" else words[1:]
        done = self._run(words)
        return done.returncode, f"{done.stdout}{done.stderr}".strip()

    async def run(self, *words: str) -> str:
        """What this command prints in the container's place, as with `docker compose exec`."""
        done = await asyncio.to_thread(self._run, words)
        if done.returncode:
            raise ServerFailed(f"{self.name}: {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    async def healthy(self, within_s: float = HEALTHY_WITHIN_S) -> None:
        """Wait until its health check ends with 0."""
        give_up_at = time.monotonic() + within_s
        while (told := await asyncio.to_thread(self.checked))[0]:
            if not self.runs or time.monotonic() > give_up_at:
                raise ServerFailed(f"{self.name} is not healthy: {told[1]}\n{self.tail()}")
            await asyncio.sleep(POLL_S)

    def _run(self, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._before, *self._all_here(words)],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def _all_here(self, words: Sequence[str]) -> list[str]:
        return [self.here(word) for word in words]

    def _environment_here(self, environment: Mapping[str, str]) -> dict[str, str]:
        """It listens on this machine alone."""
        found = {name: self.here(value) for name, value in environment.items()}
        path = f"{self._places['/usr/local/bin']}:{found.get('PATH', '/usr/bin:/bin')}"
        hosts = {f"{name}_HOST": HOST for name in LISTENING if f"{name}_HOST" in found}
        ports = {f"{name}_PORT": self.ports[inside] for name, inside in LISTENING.items()}
        # A container has a name of its own in its network, by which Celery names its worker.
        node = {"CELERY_WORKER_HOSTNAME": f"celery@{self.name}"}
        return {**found, **hosts, **ports, **node, "PATH": path}
