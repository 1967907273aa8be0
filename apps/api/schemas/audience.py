"""Who is meant: a filter of subscribers."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.audience import Audience, parse_audience
from core.errors import InvalidInput

WORD_CHARACTERS = 200

Word = Annotated[str, Field(max_length=WORD_CHARACTERS)]
Words = Annotated[list[Word], Field(max_length=100)]


class AudienceFilter(BaseModel):
    """What is left out filters nothing: `{}` is everybody."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"list": "spring", "tags": ["customer"], "languages": ["en", "pt"]},
                {"any_tags": ["vip", "partner"], "joined_since": "2026-01-01"},
            ]
        },
    )

    list_name: Word | None = Field(
        None, alias="list", description="The name of a list that they are on."
    )
    tags: Words = Field([], description="They have all of these.")
    any_tags: Words = Field([], description="They have one of these.")
    without_tags: Words = Field([], description="They have none of these.")
    languages: Words = Field([], description='"pt" is "pt-br" too.')
    joined_since: Word | None = Field(None, description="A date, or a time; UTC without an offset.")
    joined_until: Word | None = Field(None, description="A date is meant with its whole day.")

    def audience(self, within: str = "") -> Audience:
        """Raises InvalidInput; `within` is where the filter stands, as in "audience."."""
        try:
            return parse_audience(
                self.list_name,
                self.tags,
                self.any_tags,
                self.without_tags,
                self.languages,
                self.joined_since,
                self.joined_until,
            )
        except InvalidInput as error:
            raise InvalidInput(f"{within}{error.field}", error.problem, error.remedy) from None
