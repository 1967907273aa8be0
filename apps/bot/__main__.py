"""`python -m apps.bot`: the bot, until SIGTERM or SIGINT."""

from apps.bot.main import main

if __name__ == "__main__":
    main()
