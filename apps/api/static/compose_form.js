// The form's own fields. The page that says why a post cannot be changed has no form.

import { byId } from "/static/element.js";

export const form = byId("compose");
export const field = (name) => form.elements.namedItem(name);

// What the page began with: nothing, a message that is changed or copied, a time, a chat.
export const start = JSON.parse(form?.dataset.start ?? "{}");

const INPUTS = ["text", "parse_mode", "clock", "at", "zone", "repeat", "missed", "expires_at"];
const FLAGS = ["disable_notification", "protect_content", "no_preview", "show_caption_above_media", "has_spoiler"];
const LASTING = ["parse_mode", "zone", "missed"];  // whoever chose them wants them for the next post too

export function values() {
  const inputs = INPUTS.map((name) => [name, field(name).value]);
  return Object.fromEntries([...inputs, ...FLAGS.map((name) => [name, field(name).checked])]);
}

export function fill(kept) {
  for (const name of INPUTS) if (typeof kept[name] === "string") field(name).value = kept[name];
  for (const name of FLAGS) field(name).checked = Boolean(kept[name]);
}

export function empty() {
  for (const name of INPUTS) if (!LASTING.includes(name)) field(name).value = "";
  for (const name of FLAGS) field(name).checked = false;
}

// Those of the named flags that are set, as the API takes them.
export const flagged = (names) => Object.fromEntries(names.filter((name) => field(name).checked).map((name) => [name, true]));
