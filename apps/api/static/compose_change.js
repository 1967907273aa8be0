// A post of the ledger is changed: one request, which is refused when somebody else was faster.

import { ask, confirmed, tell } from "/static/app.js";
import { start } from "/static/compose_form.js";

const CHANGED = 412;
const OURS = [
  "parse_mode", "reply_markup", "link_preview_options", "disable_notification", "protect_content", "show_caption_above_media", "has_spoiler",
  "photo", "video", "animation", "document", "audio", "voice", "media",
];

// What was there and is not any more is taken away by null; what this form knows nothing of stays.
function changeOf(content, { at, expires_at }) {
  const gone = Object.keys(start.content).filter((name) => !(name in content) && OURS.includes(name));
  const body = { ...content, ...Object.fromEntries(gone.map((name) => [name, null])) };
  if (at) body.at = at.at;
  if ((expires_at?.at ?? "") !== (start.expires_at ?? "")) body.expires_at = expires_at?.at ?? null;
  return body;
}

export async function save(content, told) {
  try {
    await ask("PATCH", `/api/v1/messages/${start.message}`, changeOf(content, told), { "If-Match": start.etag });
    location.assign(`/messages/${start.message}`);
  } catch (error) {
    if (error.status !== CHANGED) return tell(error.message, "danger");
    if (await confirmed("Somebody has changed this post meanwhile. Load it anew? What you wrote here is lost.", { word: "Load it anew" })) location.reload();
  }
}
