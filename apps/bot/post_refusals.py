"""What Telegram would refuse of a post, in the writer's language and with what to do about it."""

from collections.abc import Iterator

from apps.bot.texts import Words
from core.errors import InvalidContent
from core.message import Content
from core.preflight import check
from core.telegram_limits import CAPTION_CHARACTERS, TEXT_CHARACTERS


def refusal(content: Content, words: Words) -> str:
    """Why it cannot be sent; "" where it can."""
    try:
        check(content)
    except InvalidContent as refused:
        mixed = "album with" in f"{refused.remedy} {refused.problem}"
        return _too_long(content, words) or (
            words.format("post-album-mixed")
            if mixed
            else words.format("post-refused", field=refused.field, problem=refused.problem)
        )
    return ""


def _too_long(content: Content, words: Words) -> str:
    text = content.params.get("text", "")
    if (over := len(text) - TEXT_CHARACTERS) > 0:
        return words.format("post-text-too-long", over=over, limit=TEXT_CHARACTERS)
    over = max((len(caption) - CAPTION_CHARACTERS for caption in _captions(content)), default=0)
    if over > 0:
        return words.format("post-caption-too-long", over=over, limit=CAPTION_CHARACTERS)
    return ""


def _captions(content: Content) -> Iterator[str]:
    for holder in (content.params, *content.params.get("media", ())):
        yield holder.get("caption", "")
