// The page: which chat is open stands in the address, and every change arrives by a long poll.

import { get } from "./api.js";
import { enterChat, loadKeyboard, showFoot, watchComposer } from "./composer.js";
import { byId, icon, pause } from "./dom.js";
import { moveDrawer, openDrawer, toggleDrawer, watchDrawer } from "./drawer.js";
import { refresh, show, toEnd, watchScroll } from "./history.js";
import { loadChats, showChats } from "./list.js";
import { chatMenu, setBlocked, watchMessages } from "./menus.js";
import { avatar, nameOf } from "./names.js";
import { chooseWriter, makeUser, showWriters } from "./people.js";
import { attempt } from "./popups.js";
import { openChat, state } from "./state.js";

const WAIT_S = 25;
const REST_MS = 200;  // between two updates, however fast a bot sends,
const REST = 10;  // and this many times what the last one took: thousands of chats are no burden
const VIEWS_MS = 10_000;  // views grow without a change

const ICONS = {
  "open-faults": "bolt", "new-chat": "pen", leave: "back", "chat-menu": "more", "to-end": "down",
  attach: "clip", "toggle-keys": "keys", send: "send",
};

const chosen = () => new URLSearchParams(location.hash.slice(1));

async function route() {
  const chat = Number(chosen().get("chat")) || null;
  if (chat !== state.open) {
    state.open = chat;
    byId("history").replaceChildren();
    if (chat !== null && openChat()) enterChat();
    moveDrawer(chat);
  }
  document.body.classList.toggle("in-chat", chat !== null);
  if (chosen().has("faults")) openDrawer(chat);
  showChats();
  await showOpen();
}

async function showOpen() {
  const chat = openChat();
  byId("chat").hidden = !chat;
  byId("nothing").hidden = Boolean(chat);
  if (!chat) return;
  showHead(chat);
  showWriters();
  await refresh();
  if (openChat() !== chat) return;
  showFoot(() => setBlocked(false));
  if (chat.type !== "channel") await loadKeyboard();
  if (openChat() === chat) showFoot(() => setBlocked(false));
}

function showHead(chat) {
  byId("chat-avatar").replaceChildren(avatar(chat));
  byId("chat-title").textContent = nameOf(chat);
  const blocked = state.users.get(chat.id)?.blocked ? "has blocked the bot" : "";
  const address = chat.username ? `@${chat.username}` : `id ${chat.id}`;
  byId("chat-about").textContent = [membersOf(chat), address, blocked].filter(Boolean).join(", ");
}

function membersOf(chat) {
  const count = (chat.members ?? 0).toLocaleString("en-GB");
  if (chat.type === "channel") return `${count} subscribers`;
  return chat.type === "private" ? "" : `${count} members`;
}

async function follow() {
  let since = 0;
  for (;;) {
    try {
      const { last, chats } = await get("changes", { since, wait_s: since ? WAIT_S : 0 });
      const changed = last !== since, began = performance.now();
      since = last;
      byId("state").textContent = "";
      if (changed) await update(chats);
      await pause(Math.max(REST_MS, REST * (performance.now() - began)));
    } catch (error) {
      byId("state").textContent = "connecting";
      console.error(error);
      since = 0;
      await pause(1000);
    }
  }
}

async function update(changed) {
  await loadChats();
  const gone = state.open !== null && !openChat();
  if (gone || changed.includes(state.open) || !byId("history").childElementCount) await showOpen();
}

async function watchViews() {
  for (;;) {
    await pause(VIEWS_MS);
    if (openChat()?.type === "channel" && !document.hidden) await refresh().catch(() => {});
  }
}

async function newChat() {
  const user = await makeUser();
  if (user === null) return;
  await loadChats();
  location.hash = `chat=${user.id}`;
}

function wire() {
  for (const [id, name] of Object.entries(ICONS)) byId(id).append(icon(name));
  byId("open-faults").onclick = toggleDrawer;
  byId("new-chat").onclick = () => attempt(newChat);
  byId("leave").onclick = () => { location.hash = ""; };
  byId("to-end").onclick = toEnd;
  byId("chat-menu").onclick = (event) => chatMenu(event, () => openDrawer(state.open));
  byId("writer").onchange = () => attempt(async () => { await chooseWriter(); show(); });
  addEventListener("hashchange", () => attempt(route));
  watchComposer();
  watchMessages();
  watchScroll();
}

async function start() {
  wire();
  await attempt(loadChats);
  await attempt(route);
  follow();
  watchViews();
  watchDrawer();
}

start();
