// The foot of a chat: what one writes, and the bot's keyboard.

import { get, post } from "./api.js";
import { headOf } from "./bubble.js";
import { button, byId, icon, make } from "./dom.js";
import { loadedMessages, toEnd } from "./history.js";
import { replyKeyboard } from "./keyboards.js";
import { nameOf, senderOf } from "./names.js";
import { someWriter } from "./people.js";
import { ask, attempt, menu } from "./popups.js";
import { openChat, state } from "./state.js";

const FULL = 5000;  // receipts that the server keeps whole
const TALLEST_PX = 160;
const FILES = { photo: "photo.jpg", video: "video.mp4", document: "report.pdf", animation: "moving.mp4" };
const keyboards = new Map();  // by chat: {since, markup}

export async function write(message) {
  const user = await someWriter();
  const reply = state.reply ? { reply_to: state.reply.message_id } : {};
  await post("write", { user, chat: state.open, ...reply, ...message });
  setAbout(null);
  toEnd();
}

async function submit(event) {
  event?.preventDefault();
  const draft = byId("draft"), text = draft.value;
  if (!text.trim()) return;
  draft.value = "";
  fit();
  try {
    await (state.edit ? replace(text) : write({ text }));
  } catch (error) {
    draft.value = text;
    throw error;
  }
}

async function replace(text) {
  const { message_id } = state.edit;
  await post("edit", { user: await someWriter(), chat: state.open, message_id, text });
  setAbout(null);
}

function attach(event) {
  const choices = Object.entries(FILES).map(([kind, name]) => [kind, () => sendFile(kind, name)]);
  menu(event, choices);
}

async function sendFile(kind, usual) {
  const given = await ask(`Send a ${kind}`, [[kind, "Name", usual], ["caption", "Caption", byId("draft").value]], "Send");
  if (given === null) return;
  await write({ [kind]: given[kind] || usual, ...(given.caption ? { caption: given.caption } : {}) });
  byId("draft").value = "";
}

// Above the draft: which message it answers or replaces.
export function setAbout(message, edits = false) {
  state.reply = edits ? null : message;
  state.edit = edits ? message : null;
  const about = byId("about");
  about.hidden = !message;
  if (!message) return;
  const title = edits ? "Edit" : `Reply to ${nameOf(senderOf(message))}`;
  const words = make("span", "", make("b", "", title), headOf(message));
  words.dir = "auto";
  about.replaceChildren(icon(edits ? "pen" : "back"), words, button("round", () => setAbout(null), icon("close")));
  if (edits) byId("draft").value = message.text ?? "";
  byId("draft").focus();
}

function fit() {
  const draft = byId("draft");
  draft.style.height = "auto";
  draft.style.height = `${Math.min(draft.scrollHeight, TALLEST_PX)}px`;
}

function key(event) {
  if (event.key === "Escape") setAbout(null);
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  attempt(() => submit());
}

// Whoever blocked the bot, or never wrote to it, gets one button instead of a draft.
export function showFoot(unblock) {
  const chat = openChat(), only = byId("foot-button");
  const blocked = chat.type === "private" && state.users.get(chat.id)?.blocked;
  const fresh = chat.type === "private" && !loadedMessages().length;
  only.hidden = !(blocked || fresh);
  byId("composer").hidden = Boolean(blocked);
  only.textContent = blocked ? "Unblock the bot" : "Start";
  only.onclick = () => attempt(blocked ? unblock : () => write({ text: "/start" }));
  const markup = blocked ? null : keyboards.get(chat.id)?.markup;
  byId("toggle-keys").hidden = !markup;
  if (!markup) byId("keyboard").hidden = true;
}

// Telegram keeps a reply keyboard with the chat, not with a message: it is found in what was sent.
export async function loadKeyboard() {
  const chat = state.open, known = keyboards.get(chat);
  const { last } = await get("receipts", { since: Number.MAX_SAFE_INTEGER });
  if (known?.since === last) return;
  const since = known && known.since <= last ? known.since : Math.max(0, last - FULL);
  const { receipts } = await get("receipts", { chat, since, limit: FULL });
  let markup = since === known?.since ? known.markup : null;
  for (const { params } of receipts) markup = markupAfter(params?.reply_markup, markup);
  keyboards.set(chat, { since: last, markup });
  if (state.open === chat && markup !== known?.markup) showKeyboard(markup);
}

function markupAfter(sent, before) {
  const markup = typeof sent === "string" ? JSON.parse(sent || "{}") : sent ?? {};
  if (markup.keyboard) return markup;
  return markup.remove_keyboard ? null : before;
}

function showKeyboard(markup) {
  const keyboard = byId("keyboard");
  keyboard.hidden = !markup;
  byId("draft").placeholder = markup?.input_field_placeholder || "Message";
  const press = async (text) => {
    await write({ text });
    if (markup.one_time_keyboard) keyboard.hidden = true;
  };
  keyboard.replaceChildren(...(markup ? replyKeyboard(markup.keyboard, press) : []));
}

export function enterChat() {
  setAbout(null);
  byId("draft").value = "";
  byId("draft").style.height = "";
  showKeyboard(keyboards.get(state.open)?.markup ?? null);
}

export function watchComposer() {
  byId("composer").onsubmit = (event) => { event.preventDefault(); attempt(() => submit()); };
  byId("draft").oninput = fit;
  byId("draft").onkeydown = key;
  byId("attach").onclick = attach;
  byId("toggle-keys").onclick = () => { byId("keyboard").hidden = !byId("keyboard").hidden; };
}
