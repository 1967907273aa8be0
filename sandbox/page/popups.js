// What lies over the page for a moment: toasts, alerts, menus, small forms.

import { button, byId, make } from "./dom.js";

const SHOWN_MS = 3500;

export function toast(text, kind = "") {
  const shown = make("p", `toast ${kind}`, text);
  shown.dir = "auto";
  byId("toasts").append(shown);
  setTimeout(() => shown.remove(), SHOWN_MS);
}

// Runs what may fail, and says so if it does.
export async function attempt(work) {
  try { return await work(); } catch (error) { toast(error.message, "bad"); }
  return undefined;
}

export function alertBox(text) {
  const box = make("dialog", "alert", make("p", "", text), button("", () => box.close(), "OK"));
  show(box);
}

function show(box) {
  box.onclose = () => box.remove();
  box.onclick = (event) => { if (event.target === box) box.close(); };
  document.body.append(box);
  box.showModal();
}

// `choices`: [text, what to do]; `head` stands above them.
export function menu(event, choices, head = null) {
  const box = make("dialog", "menu", head);
  for (const [text, work] of choices) box.append(button("", () => { box.close(); attempt(work); }, text));
  show(box);
  place(box, event);
  return box;
}

function place(box, event) {
  const edge = 8, { width, height } = box.getBoundingClientRect();
  const from = event.currentTarget?.getBoundingClientRect?.();
  const x = event.clientX || from?.left || 0, y = event.clientY || from?.bottom || 0;
  box.style.left = `${Math.max(edge, Math.min(x, innerWidth - width - edge))}px`;
  box.style.top = `${Math.max(edge, Math.min(y, innerHeight - height - edge))}px`;
}

// `fields`: [name, label, value]. Resolves to their texts by name, or null if it was left.
export function ask(title, fields, verb = "OK") {
  return new Promise((done) => {
    const form = make("form", "", make("h3", "", title), ...fields.map(field));
    form.method = "dialog";
    const ok = make("button", "main", verb), box = make("dialog", "ask", form);
    form.append(make("p", "", button("", () => box.close(), "Cancel"), ok));
    let given = null;
    form.onsubmit = () => { given = Object.fromEntries(new FormData(form)); };
    show(box);
    box.onclose = () => { box.remove(); done(given); };
  });
}

function field([name, label, value = ""]) {
  const input = make("input");
  Object.assign(input, { name, value, autocomplete: "off" });
  return make("label", "", label, input);
}
