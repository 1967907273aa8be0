"""A built image's command as an engine runs it: in its root, under its user, as process 1.

The root is read-only; /tmp and /run/analyticbot are in memory, /data is a folder of this machine.
Processes, mounts and the network are its own; what an engine adds to that (limits, seccomp) is not
here.
"""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from tests.servers.command_line import Ended
from tests.servers.image_build import BuiltImage
from tests.servers.own_network import OwnNetwork
from tests.servers.process import ServerFailed
from tests.servers.program import Program

HEALTHY_WITHIN_S = 60.0
POLL_S = 0.2
ENTER = """
set -e
root=$1 data=$2 user=$3 folder=$4
hostname "$5"
shift 5
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=1777 tmpfs "$root/run/analyticbot"
mount --bind "$data" "$root/data"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
exec setpriv --no-new-privs --bounding-set=-all,+setuid,+setgid,+sys_chroot \
    chroot --userspec="$user" --groups= "$root" env -C "$folder" "$@"
"""
NAMESPACES = ("--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child")


class Rooted(Program):
    """Without `command`, the image's own. `environment` is added to the image's."""

    def __init__(
        self,
        name: str,
        image: BuiltImage,
        network: OwnNetwork,
        folder: Path,
        data: Path,
        environment: Mapping[str, str],
        command: Sequence[str] = (),
    ) -> None:
        self.image = image
        data.mkdir(exist_ok=True)
        os.chown(data, *image.user)
        user, where = ":".join(map(str, image.user)), image.config["WorkingDir"]
        entered = ("sh", "-c", ENTER, "sh", str(image.root), str(data), user, where, name)
        nets = ("nsenter", f"--net={network.path}", "unshare", *NAMESPACES)
        what = command or image.config["Cmd"]
        super().__init__(
            name, (*nets, *entered, *what), folder, {**image.environment, **environment}
        )

    @property
    def command(self) -> list[str]:
        return list(self._arguments)

    def first(self) -> psutil.Process:
        """Process 1 in there, by its number out here."""
        return psutil.Process(self.pid).children()[0]

    def call(self, *words: str) -> Ended:
        """Run a command in there, under the same user, as `docker exec` does."""
        uid, gid = self.image.user
        within = ("--target", str(self.first().pid), "--mount", "--pid", "--net", "--root", "--wd")
        done = subprocess.run(
            ["nsenter", *within, f"--setuid={uid}", f"--setgid={gid}", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def health(self) -> Ended:
        """The image's HEALTHCHECK, once."""
        return self.call(*self.image.config["Healthcheck"]["Test"][1:])

    async def turned(self, *, healthy: bool, within_s: float = HEALTHY_WITHIN_S) -> str:
        """Wait until its HEALTHCHECK says so; what else it says."""
        give_up_at = time.monotonic() + within_s
        while (told := await asyncio.to_thread(self.health)).code == (1 if healthy else 0):
            if not self.runs or time.monotonic() > give_up_at:
                raise ServerFailed(f"{self.name} says {told}, not healthy={healthy}\n{self.tail()}")
            await asyncio.sleep(POLL_S)
        assert told.code in (0, 1), told
        return told.out.strip()

    async def stopped(self, within_s: float) -> tuple[int, float]:
        """Send what STOPSIGNAL says; its exit code, and the seconds it took."""
        began_s = time.monotonic()
        self.first().send_signal(signal.Signals[self.image.config["StopSignal"]])
        return await self.ended(within_s), time.monotonic() - began_s
