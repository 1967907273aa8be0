// One message, or the messages of one album, as a bubble.

import { icon, make } from "./dom.js";
import { inlineKeyboard } from "./keyboards.js";
import { album, isSeen, kindOf, mediaOf } from "./media.js";
import { avatar, clock, dayName, hueOf, nameOf, senderOf, shortNumber } from "./names.js";
import { formatted } from "./text.js";

// `view`: {chat, writer: the user whose side this is, first, last: of one sender's row}.
export function bubbleOf(messages, view) {
  const [first] = messages, mine = isMine(first, view);
  const body = make("div", "bubble", ...bodyOf(messages, view, mine));
  if (isSeen(first)) body.classList.add("seen");
  const side = make("div", "side", body, inlineKeyboard(messages.at(-1), view));
  const act = make("button", "round act", icon("more"));
  Object.assign(act, { type: "button", title: "What to do with this message" });
  const row = make("article", mine ? "row mine" : "row", side, act);
  row.classList.toggle("last", view.last);
  if (isGroup(view.chat) && !mine) row.prepend(view.last ? avatar(senderOf(first)) : make("span", "avatar gap"));
  row.dataset.message = first.message_id;
  return row;
}

export function isMine(message, { chat, writer }) {
  if (message.sender_chat || !message.from) return false;
  return chat.type === "private" ? !message.from.is_bot : message.from.id === writer;
}

const isGroup = (chat) => chat.type === "group" || chat.type === "supergroup";

function bodyOf(messages, view, mine) {
  const [first] = messages, media = mediaPart(messages);
  const told = messages.find((message) => message.text || message.caption) ?? first;
  const text = told.text ?? told.caption ?? "", meta = metaOf(messages, mine);
  const words = text && formatted(text, told.entities ?? told.caption_entities ?? []);
  if (words && !hasReactions(first)) words.append(meta);
  const parts = told.show_caption_above_media ? [words, media] : [media, words];
  const below = !words || hasReactions(first) ? make("div", "below", reactions(first), meta) : null;
  return [author(first, view, mine), forwarded(first), replied(first), ...parts, below].filter(Boolean);
}

function mediaPart(messages) {
  if (messages.length === 1) return mediaOf(messages[0]);
  return isSeen(messages[0]) ? album(messages) : make("div", "files", ...messages.map(mediaOf));
}

function author(message, view, mine) {
  if (!view.first || mine || view.chat.type === "private") return null;
  const name = make("p", `author hue${hueOf(senderOf(message))}`, nameOf(senderOf(message)));
  if (message.author_signature) name.append(make("small", "", message.author_signature));
  name.dir = "auto";
  return name;
}

function forwarded({ forward_origin: origin }) {
  if (!origin) return null;
  const source = origin.chat ?? origin.sender_chat ?? origin.sender_user;
  const line = make("p", "forwarded", "Forwarded from ", make("b", "", source ? nameOf(source) : origin.sender_user_name));
  line.dir = "auto";
  return line;
}

export const headOf = (message) =>
  (message.text || message.caption || kindOf(message) || "message").replace(/\s+/g, " ").slice(0, 120);

function replied({ reply_to_message: message, external_reply: external, quote }) {
  if (!message && !external) return null;
  const who = message ? senderOf(message) : null, words = quote?.text ?? (message ? headOf(message) : "message elsewhere");
  const line = make("button", `reply hue${hueOf(who)}`, make("b", "", who ? nameOf(who) : "elsewhere"), make("span", "", words));
  line.type = "button";
  line.dir = "auto";
  if (message) line.dataset.to = message.message_id;
  return line;
}

const hasReactions = (message) => Boolean(message.reactions?.length);

function reactions(message) {
  if (!hasReactions(message)) return null;
  const chips = message.reactions.map(({ emoji, count }) => {
    const chip = make("button", "reaction", emoji, make("b", "", String(count)));
    Object.assign(chip, { type: "button", title: "React with this too" });
    chip.dataset.emoji = emoji;
    return chip;
  });
  return make("span", "reactions", ...chips);
}

function metaOf(messages, mine) {
  const [first] = messages, meta = make("span", "meta");
  if (messages.some((message) => message.pinned)) meta.append(icon("pin"));
  if (messages.some((message) => message.edit_date)) meta.append(make("span", "", "edited"));
  if (typeof first.views === "number") meta.append(make("span", "views", icon("eye"), shortNumber(first.views)));
  const time = make("time", "", clock(first.date));
  time.dateTime = new Date(first.date * 1000).toISOString();
  time.title = `${dayName(first.date)}, message ${messages.map((message) => message.message_id).join(", ")}`;
  meta.append(time);
  if (mine) meta.append(icon("ticks"));
  return meta;
}
