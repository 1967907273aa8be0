// Inline keyboards below messages, and the reply keyboard below the draft.

import { post } from "./api.js";
import { button, icon, make } from "./dom.js";
import { alertBox, attempt, toast } from "./popups.js";
import { link } from "./text.js";

const PRESS_WAIT_S = 10;

export function inlineKeyboard(message, view) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return make("div", "keys", ...rows.map((row) => make("div", "", ...row.map((key) => keyOf(key, message, view)))));
}

function keyOf(key, message, view) {
  if (key.url) return linkKey(key);
  const element = button("key", () => attempt(() => press(element, key, message, view)), key.text);
  element.dir = "auto";
  if (key.style) element.classList.add(key.style);
  element.disabled = "disabled" in key;
  return element;
}

function linkKey(key) {
  const element = link(key.url, "key");
  element.append(key.text, icon("link"));
  return element;
}

async function press(element, key, message, view) {
  if (key.copy_text) return navigator.clipboard.writeText(key.copy_text.text).then(() => toast("Copied"));
  if (!("callback_data" in key)) return toast("This button opens something that is not here");
  element.classList.add("waiting");
  try {
    const { answer } = await post("press", {
      user: view.writer, chat: view.chat.id, message_id: message.message_id,
      data: key.callback_data, wait_s: PRESS_WAIT_S,
    });
    return tell(answer);
  } finally {
    element.classList.remove("waiting");
  }
}

function tell(answer) {
  if (answer === null) return toast(`The bot did not answer within ${PRESS_WAIT_S} s`, "bad");
  if (answer.url) return toast(`The bot opens ${answer.url}`);
  if (!answer.text) return undefined;
  return answer.show_alert ? alertBox(answer.text) : toast(answer.text);
}

// The bot's reply keyboard: `write(text)` sends what is pressed.
export function replyKeyboard(rows, write) {
  const keys = (row) => row.map((key) => {
    const text = typeof key === "string" ? key : key.text;
    const element = button("key", () => attempt(() => write(text)), text);
    element.dir = "auto";
    return element;
  });
  return rows.map((row) => make("div", "", ...keys(row)));
}
