// The messages of the open chat: loaded, arranged into rows, kept at the place one reads.

import { get } from "./api.js";
import { bubbleOf, headOf } from "./bubble.js";
import { arrange, byId, icon, make } from "./dom.js";
import { dayName, dayOf, senderOf } from "./names.js";
import { isService, serviceLine } from "./service.js";
import { openChat, state, writer } from "./state.js";

const LIMIT = 50;
const NEAR_START = 400, NEAR_END = 60;  // px
const OPENABLE = ".spoiler, .expandable_blockquote, .hidden-media";
const ROW_S = 600;  // how long one sender's messages stand together

const loaded = { chat: null, messages: [], more: false, loading: false };
let rows = new Map();

export const messageOf = (id) => loaded.messages.find((message) => message.message_id === id);

export const loadedMessages = () => loaded.messages;

const list = () => byId("history");

const atEnd = () => list().scrollHeight - list().scrollTop - list().clientHeight < NEAR_END;

export const toEnd = () => { list().scrollTop = list().scrollHeight; };

// Loads the newest messages; older ones that were loaded stay.
export async function refresh() {
  const chat = state.open, again = loaded.chat === chat;
  const limit = again ? Math.max(LIMIT, Math.min(loaded.messages.length, 4 * LIMIT)) : LIMIT;
  const { messages, more } = await get("history", { chat, limit });
  if (state.open !== chat) return;
  const oldest = messages[0]?.message_id ?? 0;
  const older = again && oldest ? loaded.messages.filter(({ message_id: id }) => id < oldest) : [];
  Object.assign(loaded, { chat, messages: [...older, ...messages], more: older.length ? loaded.more : more });
  if (!again) rows = new Map();
  const stay = again && !atEnd();
  show();
  if (!stay) toEnd();
}

export async function loadOlder() {
  if (!loaded.more || loaded.loading) return;
  loaded.loading = true;
  try {
    const before = loaded.messages[0].message_id, chat = loaded.chat;
    const { messages, more } = await get("history", { chat, before, limit: LIMIT });
    if (state.open !== chat) return;
    Object.assign(loaded, { messages: [...messages, ...loaded.messages], more });
    const fromEnd = list().scrollHeight - list().scrollTop;
    show();
    list().scrollTop = list().scrollHeight - fromEnd;
  } finally {
    loaded.loading = false;
  }
}

export function show() {
  const groups = groupsOf(loaded.messages), wanted = [], kept = new Map();
  groups.forEach((group, index) => {
    const previous = groups[index - 1], next = groups[index + 1];
    if (!previous || dayOf(previous[0].date) !== dayOf(group[0].date)) wanted.push(row(kept, `day ${dayOf(group[0].date)}`, "", () => day(group[0].date)));
    wanted.push(rowOf(kept, group, !joined(previous, group), !joined(group, next)));
  });
  rows = kept;
  arrange(list(), wanted.length ? wanted : [make("p", "pill empty", "No messages here yet")]);
  showPinned();
}

// An album's messages follow each other and are one group.
function groupsOf(messages) {
  const groups = [];
  for (const message of messages) {
    const last = groups.at(-1), album = message.media_group_id;
    if (album && last?.[0].media_group_id === album) last.push(message);
    else groups.push([message]);
  }
  return groups;
}

function joined(earlier, later) {
  if (!earlier || !later || isService(earlier[0]) || isService(later[0])) return false;
  return senderOf(earlier[0]).id === senderOf(later[0]).id && later[0].date - earlier[0].date < ROW_S
    && dayOf(earlier[0].date) === dayOf(later[0].date);
}

function rowOf(kept, group, first, last) {
  const view = { chat: openChat(), writer: writer(), first, last };
  const make = () => (isService(group[0]) ? serviceLine(group[0]) : bubbleOf(group, view));
  return row(kept, `message ${group[0].message_id}`, JSON.stringify([group, first, last, view.writer]), make);
}

// The element made before, if it still shows the same.
function row(kept, key, told, makeElement) {
  const known = rows.get(key);
  const entry = known?.told === told ? known : { told, element: keepOpen(known?.element, makeElement()) };
  kept.set(key, entry);
  return entry.element;
}

// What somebody opened stays open when the message is shown anew, as when its views grow.
function keepOpen(before, element) {
  const opened = before?.querySelectorAll(OPENABLE) ?? [];
  element.querySelectorAll(OPENABLE).forEach((part, index) => {
    part.classList.toggle("open", opened[index]?.classList.contains("open") ?? false);
  });
  return element;
}

const day = (date) => make("p", "pill day", dayName(date));

function showPinned() {
  const pinned = loaded.messages.findLast((message) => message.pinned), bar = byId("pinned");
  bar.hidden = !pinned;
  if (!pinned) return;
  const words = make("span", "", headOf(pinned));
  words.dir = "auto";
  bar.replaceChildren(icon("pin"), make("b", "", "Pinned message"), words);
  bar.onclick = () => reveal(pinned.message_id);
}

export function reveal(messageId) {
  const element = list().querySelector(`[data-message="${Number(messageId)}"]`);
  if (!element) return;
  element.scrollIntoView({ block: "center" });
  element.classList.remove("found");
  requestAnimationFrame(() => element.classList.add("found"));
}

// Who stands at the end stays there when a keyboard opens below.
export function watchScroll() {
  let stays = true;
  list().addEventListener("scroll", () => {
    stays = atEnd();
    byId("to-end").hidden = stays;
    if (list().scrollTop < NEAR_START) loadOlder();
  });
  new ResizeObserver(() => { if (stays) toEnd(); }).observe(list());
}
