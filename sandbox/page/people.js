// Who writes: people are made and chosen here, and the bot is found.

import { get, post } from "./api.js";
import { byId, make } from "./dom.js";
import { loadedMessages } from "./history.js";
import { nameOf } from "./names.js";
import { ask } from "./popups.js";
import { openChat, state, writer } from "./state.js";

const FIRST_ID = 1001;
const NEW = "new";

const freeId = () => Math.max(FIRST_ID - 1, ...[...state.users.keys()].filter((id) => id < 1e9)) + 1;

export async function makeUser() {
  const fields = [["user", "Id", String(freeId())], ["first_name", "First name", ""], ["username", "Username (optional)", ""]];
  const given = await ask("Write to the bot as", fields, "Continue");
  if (given === null) return null;
  const names = Object.fromEntries(Object.entries(given).filter(([name, value]) => name !== "user" && value.trim()));
  const user = await post("users", { user: Number(given.user), ...names });
  state.users.set(user.id, user);
  return user;
}

export function showWriters() {
  const select = byId("writer"), chosen = writer();
  select.hidden = openChat()?.type === "private";
  const people = [...state.users.values()].map((user) => option(user.id, nameOf(user)));
  select.replaceChildren(...people, option(NEW, "Somebody new"));
  select.value = String(chosen ?? NEW);
}

function option(value, text) {
  const element = make("option", "", text);
  element.value = String(value);
  return element;
}

// Resolves once somebody is chosen; then the chat is to be shown from that side.
export async function chooseWriter() {
  const value = byId("writer").value;
  const user = value === NEW ? await makeUser() : state.users.get(Number(value));
  if (user) state.writers.set(state.open, user.id);
  showWriters();
}

// For who writes in a group before anybody was made.
export async function someWriter() {
  if (writer() !== undefined) return writer();
  const user = await makeUser();
  if (!user) throw new Error("Choose who writes");
  state.writers.set(state.open, user.id);
  showWriters();
  return user.id;
}

// The bot that wrote here last, else the newest that the server has met.
export async function botId() {
  const own = loadedMessages().findLast((message) => message.from?.is_bot)?.from.id;
  if (own !== undefined) return own;
  const { bots } = await get("users");
  if (!bots.length) throw new Error("No bot has come by yet");
  return bots.at(-1).id;
}
