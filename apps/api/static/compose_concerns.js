// What is wrong with the post, and what its writer should know before it leaves.

import { wordsOf } from "/static/app.js";
import { chats } from "/static/compose_channels.js";
import { field, form } from "/static/compose_form.js";
import { byId, icon, make } from "/static/element.js";

const BESIDE_ITS_INPUT = ["at", "repeat", "expires_at"];
const CALLED = { chat_id: "To", text: "Text", zone: "Time zone", reply_markup: "Buttons", media: "Files" };

// Nobody is told that something is missing where he has not begun yet.
export function isBegun({ field: name }) {
  if (name === "text") return field("text").value !== "";
  if (name.startsWith("chat_id")) return chats().length > 0;
  if (name === "at") return Boolean(field("at").value || field("clock").value);
  if (name === "repeat") return Boolean(field("repeat").value);
  return !name.startsWith("reply_markup") || name.endsWith(".url");
}

export function showConcerns(problems, warnings) {
  for (const each of form.querySelectorAll(".is-invalid")) each.classList.remove("is-invalid");
  for (const { field: name } of problems) inputOf(name)?.classList.add("is-invalid");
  const elsewhere = problems.filter((each) => !BESIDE_ITS_INPUT.includes(each.field));
  const lines = elsewhere.map((each) => concern("danger", "alert-circle", `${placeOf(each.field)}: ${wordsOf(each)}`));
  byId("concerns").replaceChildren(...lines, ...warnings.map(warning));
}

export function showTrouble(text) { byId("concerns").replaceChildren(concern("danger", "alert-circle", text)); }

function concern(colour, name, text) {
  const item = make("li", `text-${colour}`);
  item.append(icon(name), make("span", "", text));
  return item;
}

const warning = ({ code, text }) => code === "link_preview" ? concern("secondary", "info-circle", text) : concern("warning", "alert-triangle", text);

const inputOf = (name) => form.querySelector(`[data-field="${CSS.escape(name)}"]`) ?? form.querySelector(`[name="${CSS.escape(name)}"]:not([name=chat])`);

function placeOf(name) {
  const button = /inline_keyboard\[(\d+)]\[(\d+)]/.exec(name);
  if (button) return `Button ${+button[2] + 1} in row ${+button[1] + 1}`;
  const root = name.split(/[.[]/)[0];
  if (root === "chat_ids") return chats()[+/\d+/.exec(name)]?.value ?? "To";
  return CALLED[root] ?? root;
}
