// What became of each chat's request.

import { byId, icon, make } from "/static/element.js";

export class Results {
  constructor() { this.ended = new Map(); }

  get all() { return [...this.ended.values()]; }

  get haveFailed() { return this.all.some((each) => !each.isGood); }

  // `href`: where it is looked at.
  add(chat, isGood, text, href = "") {
    this.ended.set(chat, { isGood, text, href });
    this.show();
  }

  clear() {
    this.ended.clear();
    this.show();
  }

  show() { byId("results").replaceChildren(...this.all.map(line)); }
}

function line({ isGood, text, href }) {
  const made = make("div", `compose-result ${isGood ? "text-success" : "text-danger"}`);
  made.append(icon(isGood ? "circle-check" : "alert-circle"), make("span", "", text));
  if (href) made.append(Object.assign(make("a", "ms-auto", "Look at it"), { href }));
  return made;
}
