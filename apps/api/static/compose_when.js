// When it leaves: now, at a time, or again and again; by the clocks of the chosen zone.

import { field, form, start } from "/static/compose_form.js";

const BRIEF = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export const when = () => form.querySelector("[name=when]:checked").value;
const zone = () => field("zone").value.trim() || document.body.dataset.zone;

// undefined, which is the browser's own, where there is no such zone: that is told elsewhere.
function known(name) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

// As datetime-local writes it.
function onTheWall(at) {
  const parts = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", timeZone: known(zone()) });
  return parts.format(new Date(at)).replace(" ", "T").slice(0, 16);
}

export function setMoment(at) {
  field("at").value = "";
  field("clock").value = onTheWall(at);
}

// Whether the time of a post that is changed stays as it is, past or not.
export const isAsBefore = () => Boolean(start.message) && !field("at").value.trim() && field("clock").value === onTheWall(start.at);

export function timing() {
  const made = { zone: zone() };
  if (when() !== "now") {
    const at = field("at").value.trim() || field("clock").value;
    if (at && !isAsBefore()) made.at = at;
  }
  if (when() === "repeat") Object.assign(made, { repeat: field("repeat").value, missed: field("missed").value });
  else if (field("expires_at").value.trim()) made.expires_at = field("expires_at").value.trim();
  return made;
}

// A series has a zone of its own, which its words may have named.
export const zoneOf = (told) => known(told?.repeat?.zone ?? zone());

export const local = (at, told) => new Date(at).toLocaleString("en-GB", { ...BRIEF, timeZone: zoneOf(told) });

// Of a day by the clock and words for it, the one that was written last holds.
export function oneOfTwo(target) {
  if (target === field("at") && target.value) field("clock").value = "";
  if (target === field("clock") && target.value) field("at").value = "";
}
