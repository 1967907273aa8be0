// The draft: what the form is filled with again. It is kept in the browser until the post has left.

const KEPT_AS = "compose-draft";
const KINDS = ["photo", "video", "animation", "document", "audio", "voice"];

export function keepDraft(draft) { localStorage.setItem(KEPT_AS, JSON.stringify(draft)); }

export function forgetDraft() { localStorage.removeItem(KEPT_AS); }

// null for none, or for one that cannot be read.
export function keptDraft() {
  try {
    return JSON.parse(localStorage.getItem(KEPT_AS));
  } catch {
    forgetDraft();
    return null;
  }
}

// A message of the ledger as a draft: `content` is what Telegram is sent.
export function draftOf({ content, text, parse_mode: mode, expires_at }) {
  const first = Array.isArray(content.media) ? content.media[0] : content;
  return {
    text, parse_mode: mode ?? first.parse_mode ?? "", expires_at: expires_at ?? "", zone: document.body.dataset.zone,
    disable_notification: content.disable_notification, protect_content: content.protect_content,
    no_preview: content.link_preview_options?.is_disabled,
    show_caption_above_media: first.show_caption_above_media, has_spoiler: first.has_spoiler,
    buttons: content.reply_markup?.inline_keyboard ?? [],
    files: filesOf(content),
  };
}

function filesOf(content) {
  if (Array.isArray(content.media)) return content.media.map((each) => ({ kind: each.type, file_id: each.media, name: "" }));
  return KINDS.filter((kind) => content[kind]).map((kind) => ({ kind, file_id: content[kind], name: "" }));
}
