// The list of chats, the one with the newest message first.

import { get } from "./api.js";
import { arrange, byId, icon, make } from "./dom.js";
import { avatar, nameOf, shortWhen } from "./names.js";
import { state } from "./state.js";

const SHOWN = 200;
const MARKS = { channel: "channel", group: "group", supergroup: "group" };
const lines = new Map();

export async function loadChats() {
  const [{ chats }, { users }] = await Promise.all([get("chats"), get("users")]);
  state.chats = new Map(chats.map((chat) => [chat.id, chat]));
  state.users = new Map(users.map((user) => [user.id, user]));
  showChats();
}

export function showChats() {
  const newest = (a, b) => (b.last_at ?? 0) - (a.last_at ?? 0);
  const chats = [...state.chats.values()].sort(newest).slice(0, SHOWN);
  const wanted = chats.map(lineOf);
  if (!wanted.length) wanted.push(make("p", "empty", `No chat yet. A bot may send to ${location.origin}/bot<token>/sendMessage`));
  arrange(byId("chats"), wanted);
}

// A line is made anew only if what it shows has changed.
function lineOf(chat) {
  const told = JSON.stringify([chat, chat.id === state.open, new Date().toDateString()]);
  const known = lines.get(chat.id);
  if (known?.told === told) return known.element;
  const element = make("a", "line", avatar(chat), titleOf(chat), lastOf(chat));
  element.href = `#chat=${chat.id}`;
  if (chat.id === state.open) element.setAttribute("aria-current", "true");
  lines.set(chat.id, { told, element });
  return element;
}

function titleOf(chat) {
  const name = make("b", "", nameOf(chat));
  name.dir = "auto";
  const mark = MARKS[chat.type] ? icon(MARKS[chat.type]) : null;
  return make("span", "title", mark, name, make("time", "", chat.last_at ? shortWhen(chat.last_at) : ""));
}

function lastOf(chat) {
  const words = make("span", "preview", chat.last || (chat.last_at ? "Media" : "No messages yet"));
  words.dir = "auto";
  return words;
}
