"""Images built from infra/docker/Dockerfile where there is no container engine: by buildah.

Their base is a Debian 12 by debootstrap instead of the official Python image, with the same
Python from Debian. IMAGES_FOLDER keeps it and every layer for the next time (by default
/var/tmp/analyticbot-images; it grows with each change of code, delete it at will).
"""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.process import ServerFailed
from tests.servers.program import ROOT

FOLDER = Path(os.environ.get("IMAGES_FOLDER", "/var/tmp/analyticbot-images"))
SUITE = "bookworm"
BASE = "localhost/analyticbot-base"
PACKAGES = "python3,python3-venv,ca-certificates"
PROGRAMS = ("buildah", "debootstrap", "unshare", "nsenter", "setpriv", "ip")
WITHIN_S = 900.0
PIP_FILES = (Path("/etc/pip.conf"), Path.home() / ".config/pip/pip.conf")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def missing() -> str:
    """What this machine lacks for it, or nothing."""
    if os.geteuid() != 0:
        return "not root: no root file system can be entered"
    lacking = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"not on this machine: {', '.join(lacking)}" if lacking else ""


@dataclass(frozen=True, slots=True)
class BuiltImage:
    """`config` as Docker has it; `root` is its root file system, mounted."""

    target: str
    config: dict[str, Any]
    root: Path
    size_bytes: int

    @property
    def environment(self) -> dict[str, str]:
        return dict(pair.split("=", 1) for pair in self.config["Env"])

    @property
    def user(self) -> tuple[int, int]:
        uid, gid = self.config["User"].split(":")
        return int(uid), int(gid)


def build(target: str) -> BuiltImage:
    """Takes a minute and a half for the first target, seconds for each further one."""
    _make_base()
    name, stage = f"localhost/analyticbot-{target}", ("--target", target)
    # A HEALTHCHECK is Docker's: OCI's format has no place for it.
    how = ("--isolation", "chroot", "--format", "docker", "--layers", "--build-arg", f"BASE={BASE}")
    where = ("-f", str(ROOT / "infra/docker/Dockerfile"), "-t", name, str(ROOT))
    buildah("bud", *how, *_pip_as_here(), *stage, *where)
    told = json.loads(buildah("inspect", "--type", "image", name))["Docker"]
    container = buildah("from", "--pull-never", name)
    root = Path(buildah("mount", container))
    return BuiltImage(target, told["config"], root, _size_bytes(name))


def leave() -> None:
    """Unmount every root; images and layers stay."""
    buildah("umount", "--all")
    buildah("rm", "--all")


def buildah(*words: str) -> str:
    """STORAGE_DRIVER says how layers are kept; `vfs` works everywhere and takes many times more."""
    where = ("--root", str(FOLDER / "layers"), "--runroot", str(FOLDER / "run"))
    return _run("buildah", *where, *words)


def _make_base() -> None:
    if BASE in buildah("images", "--format", "{{.Name}}").splitlines():
        return
    debian = FOLDER / SUITE
    shutil.rmtree(debian, ignore_errors=True)  # what an interrupted one has left
    debian.mkdir(parents=True)
    _run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(debian))
    shutil.rmtree(debian / "var/cache/apt")
    shutil.rmtree(debian / "var/lib/apt/lists")
    container = buildah("from", "scratch")
    buildah("add", "--quiet", container, str(debian), "/")
    buildah("commit", "--quiet", "--rm", container, BASE)
    shutil.rmtree(debian)


def _pip_as_here() -> list[str]:
    """Where this machine's pip looks for packages, so that the builder's looks there as well."""
    files = [file for file in PIP_FILES if file.is_file()]
    told = " ".join(file.read_text() for file in files)
    # The pages of an index lie beside the files that they point to.
    indexes = {Path(found).parent for found in re.findall(r"file://(/[\w./-]+)", told)}
    folders = {Path(found) for found in re.findall(r"[\s=](/[\w./-]+)", told)}
    mounts = {each for each in {*files, CERTIFICATES, *indexes, *folders} if each.exists()}
    return [f"--volume={each}:{each}:ro" for each in sorted(mounts)]


def _size_bytes(name: str) -> int:
    images = json.loads(buildah("images", "--json", name))
    shown = re.fullmatch(r"([\d.]+) ([KMG]?B)", images[0]["size"])
    assert shown is not None
    return int(float(shown[1]) * 1000 ** ("B", "KB", "MB", "GB").index(shown[2]))


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=WITHIN_S)
    if done.returncode:
        raise ServerFailed(f"{' '.join(words)} failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout.strip()
