"""What a message carries, in Telegram's own arguments."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, WithJsonSchema

from core.errors import InvalidInput, KeyConflict
from core.json_values import as_json

MESSAGE = "message"
TEXTS = ("text", "caption")
ELSEWHERE = {
    "message": "give it as text, or as caption",
    "idempotency_key": "give it as the header Idempotency-Key",
}
# What these may hold is told by core/compose.py, better than a schema could.
ChatId = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]})]
Object = Annotated[Any, WithJsonSchema({"type": "object", "additionalProperties": True})]
Array = Annotated[Any, WithJsonSchema({"type": "array", "items": {}})]
FILE = "A file_id, or an http(s) URL that Telegram fetches."


class ContentFields(BaseModel):
    """The arguments that are used most. The others of the Bot API's methods that send go beside
    them by their names: `has_spoiler`, `performer`, `message_effect_id`, …
    """

    model_config = ConfigDict(extra="allow")

    text: StrictStr | None = Field(None, description="Of a text message; 4,096 characters.")
    caption: StrictStr | None = Field(None, description="Of a file or an album; 1,024 characters.")
    parse_mode: StrictStr | None = Field(None, description="HTML, MarkdownV2 or Markdown.")
    entities: Array | None = Field(None, description="Instead of parse_mode; of a caption too.")
    link_preview_options: Object | None = None
    reply_markup: Object | None = Field(None, description="An inline keyboard, say.")
    reply_parameters: Object | None = None
    disable_notification: bool | None = None
    protect_content: bool | None = None
    message_thread_id: StrictInt | None = Field(None, description="A forum's topic.")
    photo: StrictStr | None = Field(None, description=FILE)
    video: StrictStr | None = Field(None, description=FILE)
    animation: StrictStr | None = Field(None, description=FILE)
    document: StrictStr | None = Field(None, description=FILE)
    audio: StrictStr | None = Field(None, description=FILE)
    voice: StrictStr | None = Field(None, description=FILE)
    media: Array | None = Field(None, description="An album: 2 to 10 of Telegram's InputMedia.")
    copy_from_chat_id: ChatId | None = None
    copy_message_id: StrictInt | None = None
    copy_message_ids: Array | None = None

    def changes(self) -> dict[str, Any]:
        """What was given of these, null included, as the options of send_message_task; its text
        or caption as `message`. Raises InvalidInput.
        """
        given = {
            name: getattr(self, name) for name in ContentFields.model_fields if self._has(name)
        }
        for name, value in (self.model_extra or {}).items():
            if name in ELSEWHERE:
                raise InvalidInput(name, "is unknown here", ELSEWHERE[name])
            given[as_json(name, "body")] = value
        texts = [name for name in TEXTS if name in given]
        if len([name for name in texts if given[name] is not None]) > 1:
            raise InvalidInput("caption", "and text are both given", "leave one out")
        values = [given.pop(name) for name in texts]
        if values:
            given[MESSAGE] = next((value for value in values if value is not None), None)
        return given

    @contextmanager
    def told(self) -> Iterator[None]:
        """An error of the message is told by the name under which it was given."""
        try:
            yield
        except KeyConflict:
            raise
        except InvalidInput as error:
            if error.field != MESSAGE:
                raise
            name = "caption" if self.caption is not None else "text"
            raise InvalidInput(name, error.problem, error.remedy) from None

    def _has(self, name: str) -> bool:
        return name in self.model_fields_set
