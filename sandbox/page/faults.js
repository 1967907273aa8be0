// The faults that can be switched on, and what each one asks for.

import { make } from "./dom.js";

export const FAULTS = [
  { kind: "flood", name: "Flood", about: "429, nothing is accepted", fields: [["retry_after", "s", 1]] },
  { kind: "error", name: "Server error", about: "a 5xx before or after", fields: [["status", "", 502]], after: false },
  { kind: "slow", name: "Slow", about: "the answer takes its time", fields: [["delay_s", "s", 1]], after: false },
  { kind: "hold", name: "Hold", about: "no answer until released", fields: [], after: true },
  { kind: "cut_before", name: "Cut before", about: "connection closed, not accepted", fields: [] },
  { kind: "cut_after", name: "Cut after", about: "accepted, then connection closed", fields: [] },
  { kind: "blocked", name: "Blocked", about: "403, by the user", fields: [] },
  { kind: "deactivated", name: "Deactivated", about: "403, the account is gone", fields: [] },
  { kind: "kicked", name: "Kicked", about: "403, from the chat", fields: [] },
  { kind: "no_rights", name: "No rights", about: "400, may not send here", fields: [] },
  { kind: "not_found", name: "Chat not found", about: "400", fields: [] },
  { kind: "bad_token", name: "Bad token", about: "401", fields: [] },
  { kind: "error", method: "preview", name: "Preview: server error", about: "its page at /s/ answers 5xx", fields: [["status", "", 502]] },
  { kind: "flood", method: "preview", name: "Preview: flood", about: "its page at /s/ answers 429", fields: [["retry_after", "s", 30]] },
  { kind: "slow", method: "preview", name: "Preview: slow", about: "its page at /s/ takes its time", fields: [["delay_s", "s", 5]] },
];

// {element, inputs, set(faults in force)}; `onchange(on)` is called when it is switched by hand.
export function faultRow(kind, onchange) {
  const control = make("input"), left = make("small", "left");
  control.type = "checkbox";
  control.setAttribute("role", "switch");
  control.onchange = () => onchange(control.checked);
  const title = make("label", "", control, make("span", "", make("b", "", kind.name), make("small", "", kind.about)));
  const count = numberField("count", "times", ""), inputs = kind.fields.map((field) => numberField(...field));
  if ("after" in kind) inputs.push(flag(kind.after));
  const fields = make("div", "fields", ...inputs.map(({ label }) => label));
  const set = (faults) => {
    control.checked = faults.length > 0;
    left.textContent = faults.length && faults[0].count !== null ? `${faults[0].count} left` : "";
  };
  const head = make("div", "head", make("div", "times", count.label, left), title);
  return { element: make("div", "fault", head, inputs.length ? fields : null), inputs: [count, ...inputs], set };
}

function numberField(name, unit, value) {
  const input = make("input");
  Object.assign(input, { type: "number", min: "0", step: name === "delay_s" ? "0.1" : "1", value, placeholder: name === "count" ? "all" : "" });
  return { name, input, label: make("label", "", input, unit || name) };
}

function flag(after) {
  const input = make("input");
  Object.assign(input, { type: "checkbox", checked: after });
  return { name: "after", input, label: make("label", "", input, "after accepting") };
}

// What is to be posted beside the kind.
export function details({ inputs }) {
  const given = {};
  for (const { name, input } of inputs) {
    if (input.type === "checkbox") given[name] = input.checked;
    else if (input.value !== "") given[name] = Number(input.value);
  }
  return given;
}
