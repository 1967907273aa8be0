// When it leaves: now, at a time, or again and again; by the clocks of the chosen zone.

import { field, form, start } from "/static/compose_form.js";

const BRIEF = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export const when = () => form.querySelector("[name=when]:checked").value;
export const zone = () => field("zone").value.trim() || document.body.dataset.zone;

// As datetime-local writes it.
function onTheWall(at) {
  const how = { dateStyle: "short", timeStyle: "medium" };
  let parts = new Intl.DateTimeFormat("sv-SE", how);
  try { parts = new Intl.DateTimeFormat("sv-SE", { ...how, timeZone: zone() }); } catch { /* no such zone: told elsewhere */ }
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
export const zoneOf = (told) => told?.repeat?.zone ?? zone();

export function local(at, told) {
  const moment = new Date(at);
  try { return moment.toLocaleString("en-GB", { ...BRIEF, timeZone: zoneOf(told) }); } catch { return moment.toLocaleString("en-GB", BRIEF); }
}

// Of a day by the clock and words for it, the one that was written last holds.
export function oneOfTwo(target) {
  if (target === field("at") && target.value) field("clock").value = "";
  if (target === field("clock") && target.value) field("at").value = "";
}
