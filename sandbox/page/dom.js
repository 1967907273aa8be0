// The page's elements. What comes from outside becomes text here, and never markup.

export const byId = (id) => document.getElementById(id);

export function make(tag, name = "", ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name) {
  const copy = byId("icon").content.firstElementChild.cloneNode(true);
  copy.firstElementChild.setAttribute("href", `#icon-${name}`);
  return copy;
}

export function button(name, onclick, ...children) {
  const element = make("button", name, ...children);
  element.type = "button";
  element.onclick = onclick;
  return element;
}

// Makes `wanted` the children, and leaves those alone that stay: they keep their state.
export function arrange(parent, wanted) {
  const staying = new Set(wanted);
  for (const child of [...parent.children]) if (!staying.has(child)) child.remove();
  wanted.forEach((element, index) => {
    if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index] ?? null);
  });
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
