"""What the bot's handlers work with: made once, and handed to each of them as `office`."""

from apps.bot.config import BotConfig, bot_config
from apps.bot.studio import Studio
from apps.bot.texts import Texts, Words
from core.person import Person
from core.subscriber import Profile
from infra import office
from infra.db.accounts import Accounts
from infra.db.afterwards import Afterwards
from infra.db.alerts import Alerts
from infra.db.conversations import Conversations
from infra.db.inbox import Inbox
from infra.db.login_links import LoginLinks
from infra.monitoring.bot import BotFigures
from infra.office import Now, utc_now
from infra.settings import Settings


class Office(office.Office):
    """What the bot says goes through aiogram's Bot, and so past the governor."""

    def __init__(self, settings: Settings, now: Now = utc_now) -> None:
        super().__init__(settings, now)
        self.config: BotConfig = bot_config(settings)
        self.texts = Texts()
        self.figures = BotFigures()
        self.accounts = Accounts(self.database, self.bot_id)
        self.login_links = LoginLinks(self.database, self.bot_id)
        self.afterwards = Afterwards(self.database, self.bot_id)
        self.alerts = Alerts(self.database, self.bot_id)
        self.conversations = Conversations(self.database, self.bot_id)
        self.inbox = Inbox(self.database, self.bot_id)
        self.studio = Studio(settings.data_dir / "matplotlib")

    def words(self, person: Person | None, profile: Profile | None = None) -> Words:
        """The language to speak: what the person chose, else what Telegram tells, else English."""
        chosen = (person.language, person.language_code) if person is not None else ()
        return self.texts.of(*chosen, profile.language_code if profile is not None else "")

    async def close(self) -> None:
        await self.rest()
        await self.studio.close()
        await super().close()
