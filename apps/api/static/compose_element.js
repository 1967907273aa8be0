// Elements of the page: found, and made.

export const byId = (id) => document.getElementById(id);
export const make = (tag, className = "", text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": true };

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  for (const [key, value] of Object.entries(DRAWN)) svg.setAttribute(key, value);
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${byId("compose").dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}
