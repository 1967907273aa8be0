"""Which version of the program this is."""

from importlib.metadata import PackageNotFoundError, version

FROM_SOURCE = "run from its source"


def installed_version() -> str:
    """That of the installed package; FROM_SOURCE where none is installed."""
    try:
        return version("analyticbot")
    except PackageNotFoundError:
        return FROM_SOURCE
