// The chats that it goes to: channels of the list, and others by their name or number.

import { form, start } from "/static/compose_form.js";
import { byId, channel, make } from "/static/element.js";

const boxes = () => [...form.querySelectorAll("[name=chat]")];
export const chats = () => boxes().filter((each) => each.checked);
export const nameOf = (box) => box.dataset.title || box.value;

export function aim() {
  const all = chats();
  return all.length === 1 ? nameOf(all[0]) : `${all.length} channels`;
}

export function choose(id, title = "") {
  const same = boxes().find((each) => [each.value, each.dataset.name].includes(id.toLowerCase()));
  if (same) same.checked = true;
  else byId("channels").append(boxFor(id, title || id));
}

function boxFor(id, title) {
  const box = Object.assign(make("input", "form-check-input"), { type: "checkbox", name: "chat", value: id, checked: true, disabled: Boolean(start.message) });
  box.dataset.title = title;
  return make("label", "compose-channel", box, channel(title));
}

// Whoever has one channel only need not choose it.
export function chooseTheOnlyOne() {
  const all = boxes();
  if (all.length === 1 && !chats().length) all[0].checked = true;
}

export function addChat() {
  const input = byId("other-chat");
  if (input.value.trim()) choose(input.value.trim());
  input.value = "";
}

export function chooseNone() { for (const each of chats()) each.checked = false; }

export function chooseAllOrNone() {
  const all = boxes();
  const on = all.some((each) => !each.checked);
  for (const each of all) each.checked = on;
}

export function search({ target }) {
  for (const each of form.querySelectorAll(".compose-channel[data-title]")) each.hidden = !each.dataset.title.includes(target.value.toLowerCase());
}
