"""Pages in the full shape of https://t.me/s/NAME, with posts of all kinds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape

NAME = "Daily_News"
NOON = datetime(2026, 9, 27, 12, 0, 1, tzinfo=UTC)

TAIL = (
    '<i class="tgme_widget_message_bubble_tail"><svg class="bubble_icon" width="9px" height="20px" '
    'viewBox="0 0 9 20"><g fill="none"><path class="background" fill="#ffffff" d="M8,1 L9,1 L9,20 '
    'L8,20 L8,18 C7.807,15.161 7.124,12.233 5.950,9.218 Z"></path><path class="border_1x" '
    'fill="#d7e3ec" d="M9,1 L2,1 C1.72,1 1.452,1.118 1.263,1.325 Z"></path><path '
    'class="border_2x" d="M9,1 L2,1 C1.72,1 1.452,1.118 1.263,1.325 Z"></path><path '
    'class="border_3x" d="M9,1 L2,1 C1.72,1 1.452,1.118 1.263,1.325 Z"></path></g></svg></i>'
)
PHOTO = (
    '<i class="tgme_widget_message_user_photo bgcolor3" data-content="D">'
    f'<img src="https://cdn4.cdn-telegram.org/file/{"photo" * 40}.jpg"></i>'
)
NOT_SUPPORTED = (
    '<div class="media_supported_cont"></div><div class="message_media_not_supported_wrap">'
    '<div class="message_media_not_supported"><div class="message_media_not_supported_label">'
    'Please open Telegram to view this post</div><a href="https://t.me/{post}" '
    'class="message_media_view_in_telegram">VIEW IN TELEGRAM</a></div></div>'
)


@dataclass(frozen=True)
class Post:
    """`text` is HTML, as Telegram makes it; `extra` stands before it, `album` are all ids."""

    id: int
    views: str | None = "4.85K"
    text: str = "Good morning"
    when: str | None = NOON.isoformat()
    edited: bool = False
    author: str = ""
    service: bool = False
    album: Sequence[int] = ()
    extra: str = ""
    channel: str = NAME
    buttons: Sequence[str] = field(default=())


def page(
    *posts: Post | str,
    older: int | None = None,
    newer: int | None = None,
    name: str = NAME,
    subscribers: str = "27.4K",
) -> str:
    """A whole page; a post may be given as HTML."""
    shown = [post if isinstance(post, str) else block(post) for post in posts]
    if not posts:
        shown = [wrapped('<div class="tgme_widget_message_centered">' + NO_POSTS + "</div>")]
    history = more(name, "before", older) + "\n".join(shown) + more(name, "after", newer)
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>Daily &amp; News – '
        'Telegram</title>\n<meta name="viewport" content="width=device-width, '
        f'initial-scale=1.0">\n<link rel="canonical" href="/s/{name}?before=99999">'
        f"{relation(name, older)}"
        '<link rel="stylesheet" href="//telegram.org/css/telegram-web.css?39">\n'
        "<script>window.matchMedia&&document.write('<div>');</script>\n</head>\n"
        '<body class="widget_frame_base tgme_webpreview emoji_image thin_box_shadow tme_mode">\n'
        f'<header class="tgme_header search_collapsed">{channel_info(name, subscribers)}'
        f'</header>\n<main class="tgme_main" data-url="/s/{name}"><div class="tgme_container">\n'
        f'<section class="tgme_channel_history js-message_history">\n{history}\n</section>\n'
        "</div></main>\n<script>TWeb.init();</script>\n</body>\n</html>"
    )


NO_POSTS = '<div class="tme_no_messages_found">No posts found</div>'


def relation(name: str, older: int | None) -> str:
    return f'<link rel="prev" href="/s/{name}?before={older}">' if older else ""


def more(name: str, direction: str, message_id: int | None) -> str:
    if message_id is None:
        return ""
    return (
        '<div class="tgme_widget_message_centered js-messages_more_wrap"><a '
        f'href="/s/{name}?{direction}={message_id}" class="tme_messages_more js-messages_more" '
        f'data-{direction}="{message_id}"></a></div>\n'
    )


def channel_info(name: str, subscribers: str) -> str:
    counters = "".join(
        f'<div class="tgme_channel_info_counter"><span class="counter_value">{value}</span> '
        f'<span class="counter_type">{what}</span></div>'
        for value, what in ((subscribers, "subscribers"), ("6", "photos"), ("208K", "links"))
    )
    return (
        f'<div class="tgme_channel_info"><div class="tgme_channel_info_header">{PHOTO}'
        '<div class="tgme_channel_info_header_title_wrap"><div '
        'class="tgme_channel_info_header_title"><span dir="auto">Daily &amp; News</span></div>'
        '</div><div class="tgme_channel_info_header_username">'
        f'<a href="https://t.me/{name}">@{name}</a></div></div>'
        f'<div class="tgme_channel_info_counters">{counters}</div>'
        '<div class="tgme_channel_info_description">News, daily.<br/>Good ones.</div></div>'
    )


def wrapped(inner: str) -> str:
    return f'<div class="tgme_widget_message_wrap js-widget_message_wrap">{inner}</div>'


def block(post: Post) -> str:
    """One post, as it stands in the history."""
    service = " service_message" if post.service else ""
    name = f"{post.channel}/{post.id}"
    return wrapped(
        f'<div class="tgme_widget_message text_not_supported_wrap{service} js-widget_message" '
        f'data-post="{name}" data-view="eyJjIjotMTI5ODU1NjgxNiwicCI6MjA4NjQ5LCJ0IjoxNjk5NTUxNzgz">'
        f'\n<div class="tgme_widget_message_user"><a href="https://t.me/{post.channel}">{PHOTO}</a>'
        f'</div>\n<div class="tgme_widget_message_bubble">{TAIL}\n'
        '<div class="tgme_widget_message_author accent_color"><a '
        f'class="tgme_widget_message_owner_name" href="https://t.me/{post.channel}">'
        f'<span dir="auto">Daily &amp; News</span></a></div>\n{post.extra}{files(post)}'
        f"{text(post)}{NOT_SUPPORTED.format(post=name)}{keyboard(post)}\n{footer(post)}\n"
        "</div></div>"
    )


def text(post: Post) -> str:
    shown = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{post.text}</div>'
    if post.album:  # an album's caption has its element twice
        shown = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{shown}</div>'
    return shown if post.text else ""


def files(post: Post) -> str:
    if not post.album:
        return ""
    kinds = ("photo_wrap grouped_media_wrap blured js-message_photo", "video_player not_supported")
    links = "".join(
        f'<a class="tgme_widget_message_{kinds[each % 2]}" '
        f"style=\"left:0px;background-image:url('https://cdn4.telesco.pe/{each}.jpg')\" "
        f'href="https://t.me/{post.channel}/{each}?single"><div class="grouped_media"></div></a>'
        for each in post.album
    )
    return (
        '<div class="tgme_widget_message_grouped_wrap js-message_grouped_wrap" data-margin-w="2">'
        '<div class="tgme_widget_message_grouped js-message_grouped" style="padding-top:133.333%">'
        '<div class="tgme_widget_message_grouped_layer js-message_grouped_layer" '
        f'style="width:453px;height:604px">{links}</div></div></div>'
    )


def keyboard(post: Post) -> str:
    buttons = "".join(
        f'<a class="tgme_widget_message_inline_button url_button" href="{escape(url)}"><span '
        'class="tgme_widget_message_inline_button_text" dir="auto">More</span></a>'
        for url in post.buttons
    )
    return f'<div class="tgme_widget_message_inline_keyboard">{buttons}</div>' if buttons else ""


def footer(post: Post) -> str:
    views = (
        f'<span class="tgme_widget_message_views">{post.views}</span>'
        '<span class="copyonly"> views</span>'
    )
    author = f'<span class="tgme_widget_message_from_author">{post.author}</span>, '
    time = f'<time datetime="{post.when}" class="time">12:00</time>'
    return (
        '<div class="tgme_widget_message_footer compact js-message_footer">'
        '<div class="tgme_widget_message_info short js-message_info">'
        f"{'' if post.views is None else views}"
        f'<span class="tgme_widget_message_meta">{author if post.author else ""}'
        f'{"edited &nbsp;" if post.edited else ""}<a class="tgme_widget_message_date" '
        f'href="https://t.me/{post.channel}/{post.id}">{time if post.when else "12:00"}</a>'
        "</span></div></div>"
    )


def reply(to: Post) -> str:
    """What a post shows of the one that it answers."""
    return (
        '<a class="tgme_widget_message_reply user-color-default" '
        f'href="https://t.me/{to.channel}/{to.id}?single"><i '
        'class="tgme_widget_message_reply_thumb"></i><div '
        'class="tgme_widget_message_author accent_color"><span '
        'class="tgme_widget_message_author_name" dir="auto">Daily</span></div><div '
        'class="tgme_widget_message_text js-message_reply_text" dir="auto">'
        f"{to.text}</div></a>"
    )


def forwarded(channel: str, message_id: int) -> str:
    return (
        '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;<a '
        'class="tgme_widget_message_forwarded_from_name" '
        f'href="https://t.me/{channel}/{message_id}?single"><span dir="auto">{channel}</span></a>'
        "</div>"
    )


def twenty(first: int = 100) -> str:
    """An ordinary page: long texts with links and emoji, albums, a reply, a service post."""
    emoji = '<i class="emoji" style="background-image:url(\'//telegram.org/i.png\')"><b>!</b></i>'
    link = '<a href="https://example.org/story" target="_blank" rel="noopener">the story</a>'
    words = f"<b>Headline</b> {emoji}<br/><br/>" + f"Some words of it, and {link}. {emoji}<br/>" * 8
    posts = [Post(first, None, "Channel created", service=True)]
    for number in range(first + 1, first + 57, 3):
        album = (number, number + 1, number + 2) if number % 2 else ()
        extra = reply(Post(number - 1, text="Before that")) if number % 5 == 0 else ""
        posts.append(Post(number, f"{number % 90 + 1}.2K", words, album=album, extra=extra))
    return page(*posts, older=first)
