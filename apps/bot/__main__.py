"""`python -m apps.bot`: the bot, until SIGTERM or SIGINT."""

import gc

# aiogram's many models stay until the end: looking for garbage among them takes a second of its
# import. `main` turns it on again.
gc.disable()

from apps.bot.main import main  # noqa: E402

if __name__ == "__main__":
    main()
