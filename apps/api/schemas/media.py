"""Files that Telegram has been given."""

from pydantic import BaseModel, ConfigDict, Field


class Uploaded(BaseModel):
    """From now on it is sent by its `file_id`, as an argument that is called as its kind."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "file_id": "AgACAgIAAxkBAAIBZ2ZQ",
                    "kind": "photo",
                    "name": "harbour.jpg",
                    "size_bytes": 183_204,
                }
            ]
        }
    )

    file_id: str
    kind: str = Field(description="The argument to send it as, such as `photo`.")
    name: str
    size_bytes: int
