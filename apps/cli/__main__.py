"""`python -m apps.cli` is `analyticbot`."""

from apps.cli.main import main

if __name__ == "__main__":
    main()
