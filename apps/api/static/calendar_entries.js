// What stands in the calendar: messages, occurrences of series, broadcasts, and how many more a day has.

import { ask, tell } from "/static/app.js";
import { later, short, wallOf, zone } from "/static/calendar_times.js";
import { icon, iconOf, make } from "/static/element.js";

const HUES = 8;
const ENTRY_MIN = 30;
const SIGNS = { occurrence: "repeat", broadcast: "broadcast" };

export const place = document.getElementById("calendar");
export const filter = document.getElementById("calendar-channel");
export const mayWrite = place.dataset.mayWrite === "yes";

// Channels have hues in turn, so that no two of a few look alike; other chats have one by their id.
const channels = [...filter.options].map(({ value }) => value).filter(Boolean);

function hueOf(chat) {
  const turn = channels.indexOf(chat);
  if (turn >= 0) return turn % HUES;
  let sum = 0;
  for (const letter of chat) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return sum % HUES;
}

export function whyFixed(item) {
  if (item.kind === "occurrence") return "It comes by a series, which says when: it cannot be dragged.";
  if (item.kind === "broadcast") return "A broadcast is moved on its own page.";
  return "What is past, or on its way, cannot be moved.";
}

function entryOf(item) {
  const wall = wallOf(new Date(item.at));
  const free = mayWrite && item.movable;
  const off = ["cancelled", "expired"].includes(item.state);
  const over = ["sent", "failed", "uncertain"].includes(item.state);
  const classes = [
    `calendar-hue-${hueOf(item.chat_id ?? "")}`, `calendar-is-${item.kind}`, `calendar-is-${item.state}`,
    off && "calendar-is-off", over && "calendar-is-over",
  ];
  return {
    id: `${item.kind}-${item.id ?? item.series_id}-${item.at}`,
    start: wall, end: later(wall, ENTRY_MIN * 6e4), title: item.text || item.method,
    startEditable: free, durationEditable: false, classNames: classes.filter(Boolean),
    extendedProps: { item, wall },
  };
}

function restOf([day, count]) {
  const told = count >= 1000 ? "1,000 or more" : count;
  return {
    id: `rest-${day}`, start: `${day}T23:59:00`, end: `${day}T23:59:59`, title: `and ${told} more that day`,
    editable: false, classNames: ["calendar-is-rest"], extendedProps: { rest: day },
  };
}

async function entriesOf({ startStr, endStr }) {
  const asked = new URLSearchParams({ since: startStr.slice(0, 10), until: endStr.slice(0, 10), zone });
  if (filter.value) asked.set("chat_id", filter.value);
  try {
    const { items, more } = await ask("GET", `/api/v1/calendar?${asked}`);
    return [...items.map(entryOf), ...Object.entries(more).map(restOf)];
  } catch (error) {
    tell(error.message, "danger");
    return [];
  }
}

// Whoever leafs quickly gets what he asked for last: an answer that comes late is not shown over it.
let latest = null;

export async function entries(span) {
  latest = entriesOf(span);
  for (;;) {
    const mine = latest, found = await mine;
    if (mine === latest) return found;
  }
}

export function drawn({ event }) {
  const { item, wall, rest } = event.extendedProps;
  const entry = make("div", "calendar-entry");
  entry.dataset.entry = event.id;
  if (rest) entry.append(make("span", "calendar-entry-text", event.title));
  else {
    const sign = item.kind in SIGNS ? icon(SIGNS[item.kind]) : iconOf(item.state);
    const who = item.kind === "broadcast" ? "" : item.channel ?? item.chat_id;
    const text = `${event.title}${item.and_more ? " (and again that day)" : ""}`;
    entry.append(sign, make("time", "", short(wall)), make("span", "calendar-entry-text", text));
    entry.title = [`${short(wall)} ${zone} · ${new Date(item.at).toISOString().slice(0, 16).replace("T", " ")} UTC`, who, item.state, text].filter(Boolean).join("\n");
  }
  return { domNodes: [entry] };
}
