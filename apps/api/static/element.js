// Elements of a page: found, and made as the templates make them.

export const byId = (id) => document.getElementById(id);

export function make(tag, className = "", ...children) {
  const made = Object.assign(document.createElement(tag), { className });
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = { class: "icon", viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": true };

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries(DRAWN)) svg.setAttribute(key, value);
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

const STATES = {
  scheduled: "clock", queued: "stack", sending: "send", sent: "check", failed: "alert-circle",
  uncertain: "help", cancelled: "ban", expired: "hourglass",
};

export const iconOf = (state) => icon(STATES[state] ?? "clock");

export function initial(name) {
  const [first = ""] = name.replace(/^[@-]+/, "");
  return first.toUpperCase();
}

// A chat by its name: parts.channel of the templates.
export function channel(name) {
  const face = make("span", `avatar avatar-xs rounded-circle hue-${[...name].length * 7 % 8}`, initial(name));
  face.ariaHidden = "true";
  return make("span", "channel-name", face, make("span", "text-truncate", name));
}
