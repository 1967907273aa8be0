"""`python -m apps.api`: the web, until SIGTERM or SIGINT."""

from apps.api.main import main

if __name__ == "__main__":
    main()
