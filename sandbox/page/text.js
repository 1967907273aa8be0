// A text with its entities. Offsets count UTF-16 units, as JavaScript itself does.

import { make } from "./dom.js";
import { toast } from "./popups.js";

const ENTITIES = 100;
const LONG_QUOTE = 160, QUOTE_LINES = 3;  // below these nothing is folded away
const PLAIN = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s",
  hashtag: "span", cashtag: "span", bot_command: "span", text_mention: "span", date_time: "span",
  custom_emoji: "span",
};
const LINKS = {
  url: (entity, text) => (/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `http://${text}`),
  text_link: (entity) => entity.url,
  mention: (entity, text) => `/${text.slice(1)}`,
  email: (entity, text) => `mailto:${text}`,
  phone_number: (entity, text) => `tel:${text}`,
};
const SAFE = ["http:", "https:", "tg:", "ton:", "mailto:", "tel:"];
const BLOCKS = ["pre", "blockquote", "expandable_blockquote"];

export function formatted(text, entities = []) {
  const sorted = entities.slice(0, ENTITIES).sort((a, b) => a.offset - b.offset || b.length - a.length);
  const holder = make("div", "text");
  holder.dir = "auto";
  fill(holder, text, sorted, 0, text.length);
  return holder;
}

// Of two entities that cross, the later is cut in two, so that everything nests.
function fill(parent, text, entities, start, end) {
  let rest = entities;
  while (rest.length) {
    const [entity, ...others] = rest;
    const opens = Math.max(entity.offset, start), closes = Math.min(entity.offset + entity.length, end);
    rest = others;
    if (opens >= closes) continue;
    const element = elementOf(entity, text.slice(opens, closes));
    fill(element, text, others.filter((other) => other.offset < closes), opens, closes);
    parent.append(text.slice(start, opens), element);
    rest = others.filter((other) => other.offset + other.length > closes);
    start = closes + Number(BLOCKS.includes(entity.type) && text[closes] === "\n");
  }
  parent.append(text.slice(start, end));
}

function elementOf(entity, text) {
  if (entity.type in LINKS) return link(LINKS[entity.type](entity, text), entity.type);
  if (entity.type in OWN) return OWN[entity.type](entity, text);
  return make(PLAIN[entity.type] ?? "span", entity.type in PLAIN ? entity.type : "");
}

export function link(address, name = "") {
  let target = null;
  try { target = new URL(address, location.origin); } catch { /* no address: shown as text */ }
  if (target === null || !SAFE.includes(target.protocol)) return make("span", name);
  const element = make("a", name);
  Object.assign(element, { href: target.href, target: "_blank", rel: "noopener noreferrer", title: address });
  return element;
}

function spoiler() {
  const element = make("span", "spoiler");
  element.onclick = () => element.classList.add("open");
  return element;
}

function copied(tag, text) {
  const element = make(tag);
  element.title = "Click to copy";
  element.onclick = () => navigator.clipboard?.writeText(text).then(() => toast("Copied"));
  return element;
}

function pre(entity, text) {
  const element = copied("pre", text);
  if (entity.language) element.dataset.language = entity.language;
  return element;
}

function quote(entity, text) {
  const isLong = text.length > LONG_QUOTE || text.split("\n").length > QUOTE_LINES;
  const folds = entity.type === "expandable_blockquote" && isLong;
  const element = make("blockquote", folds ? entity.type : "");
  if (folds) element.onclick = () => element.classList.toggle("open");
  return element;
}

const OWN = {
  spoiler,
  pre,
  code: (entity, text) => copied("code", text),
  blockquote: quote,
  expandable_blockquote: quote,
};
