"""`python -m apps.cli` is `analyticbot`."""

import sys

if __name__ == "__main__":
    try:
        from apps.cli.main import main

        main()
    except KeyboardInterrupt:  # before there was anything to end in order
        sys.exit(130)
