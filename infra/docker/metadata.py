"""`python metadata.py PYPROJECT FOLDER`: makes the project in the folder known by name and version.

The image runs the code where it is copied to, and installs no package of it. This is what
`importlib.metadata` reads, and so what the program says that it is (infra/version.py).
"""

import sys
import tomllib
from pathlib import Path


def write(project_file: Path, folder: Path) -> None:
    """Name and version alone: no other program asks for more."""
    project = tomllib.loads(project_file.read_text(encoding="utf-8"))["project"]
    name, version = project["name"], project["version"]
    told = folder / f"{name}-{version}.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8"
    )


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
