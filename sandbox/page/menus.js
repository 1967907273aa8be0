// What can be done with a message and with a chat.

import { post } from "./api.js";
import { setAbout } from "./composer.js";
import { button, byId, make } from "./dom.js";
import { messageOf, reveal } from "./history.js";
import { isMine } from "./bubble.js";
import { nameOf } from "./names.js";
import { botId, someWriter } from "./people.js";
import { attempt, menu, toast } from "./popups.js";
import { openChat, state, writer } from "./state.js";

// Like, love, fire, applause, tears, party: written as numbers, for no file here holds a picture.
const EMOJI = ["\u{1F44D}", "\u2764", "\u{1F525}", "\u{1F44F}", "\u{1F622}", "\u{1F389}"];

export const setMember = async (user, status) => post("member", { user, chat: state.open, status });

export const setBlocked = async (blocked) => setMember(await botId(), blocked ? "kicked" : "member");

export async function react(messageId, emoji) {
  await post("react", { user: await someWriter(), chat: state.open, message_id: messageId, emoji });
}

function messageMenu(event, message) {
  const emojis = make("p", "emojis", ...EMOJI.map((emoji) => button("", () => {
    box.close();
    attempt(() => react(message.message_id, emoji));
  }, emoji)));
  const box = menu(event, messageChoices(message), emojis);
}

function messageChoices(message) {
  const text = message.text ?? message.caption, choices = [["Reply", () => setAbout(message)]];
  if (text) choices.push(["Copy the text", () => navigator.clipboard.writeText(text).then(() => toast("Copied"))]);
  if (isMine(message, { chat: openChat(), writer: writer() }) || openChat().type === "channel") {
    choices.push(["Edit", () => setAbout(message, true)]);
  }
  choices.push(["Take my reaction back", () => react(message.message_id, null)]);
  choices.push(["Forward to the bot", () => forward(message)]);
  return choices;
}

async function forward(message) {
  await post("write", { user: await someWriter(), forward_from: { chat: state.open, message_id: message.message_id } });
  toast("Forwarded to the bot");
}

export function chatMenu(event, openFaults) {
  const chat = openChat();
  const own = chat.type === "private" ? privateChoices(chat) : sharedChoices(chat);
  menu(event, [...own, ["Faults in this chat", openFaults]]);
}

function privateChoices(chat) {
  const blocked = state.users.get(chat.id)?.blocked;
  return [[blocked ? "Unblock the bot" : "Block the bot", () => setBlocked(!blocked)]];
}

function sharedChoices(chat) {
  const who = state.users.get(writer()), choices = [
    ["Make the bot administrator", async () => setMember(await botId(), "administrator")],
    ["Make the bot a member", async () => setMember(await botId(), "member")],
    ["Remove the bot", async () => setMember(await botId(), "kicked")],
  ];
  if (who) choices.push([`${nameOf(who)} joins`, () => setMember(who.id, "member")]);
  if (who) choices.push([`${nameOf(who)} leaves`, () => setMember(who.id, "left")]);
  if (chat.type === "channel" && chat.username) choices.push(["Open the preview page", () => open(`/s/${chat.username}`, "_blank", "noopener")]);
  return choices;
}

const messageAt = (event) => {
  const row = event.target.closest?.("[data-message]");
  return row ? messageOf(Number(row.dataset.message)) : undefined;
};

export function watchMessages() {
  const list = byId("history");
  list.addEventListener("contextmenu", (event) => {
    const message = messageAt(event);
    if (!message || event.target.closest("a")) return;
    event.preventDefault();
    messageMenu(event, message);
  });
  list.addEventListener("click", (event) => {
    const to = event.target.closest(".reply")?.dataset.to, chip = event.target.closest(".reaction");
    if (event.target.closest(".act")) messageMenu(event, messageAt(event));
    if (to) reveal(to);
    if (chip) attempt(() => react(messageAt(event).message_id, chip.dataset.emoji));
  });
  list.addEventListener("dblclick", (event) => {
    if (event.target.closest(".bubble")) attempt(() => react(messageAt(event).message_id, EMOJI[1]));
  });
}
