// The buttons below the post: rows of { text, url }. Those that do other things are kept as they are.

import { byId, icon, make } from "/static/element.js";

const LOOKS = ["text", "url", "style", "icon_custom_emoji_id"];
const blank = () => ({ text: "", url: "" });
const press = (className, label, given = {}) => Object.assign(make("button", className), { type: "button", title: label, ariaLabel: label, ...given });

export class Buttons {
  constructor(changed) {
    this.rows = [];
    this.changed = changed;
    byId("add-row").addEventListener("click", () => { this.rows.push([blank()]); this.show(`${this.rows.length - 1}.0.text`); });
  }

  // As inline_keyboard takes them.
  get content() { return this.rows.map((row) => row.filter((each) => each.text || each.url)).filter((row) => row.length); }

  // `focus`: row, place and name of the input that is written in next.
  show(focus = null) {
    byId("no-buttons").hidden = this.rows.length > 0;
    byId("buttons").replaceChildren(...this.rows.map((row, at) => this.row(row, at)));
    if (focus) byId("buttons").querySelector(`[data-place="${focus}"]`)?.focus();
  }

  row(row, at) {
    const box = make("div", "compose-button-row");
    const tools = make("div", "compose-button-tools");
    tools.append(
      this.tool("plus", "A button beside it", () => { row.push(blank()); this.show(`${at}.${row.length - 1}.text`); }),
      this.tool("arrow-up", "Row up", () => this.move(at, at - 1), at === 0),
      this.tool("arrow-down", "Row down", () => this.move(at, at + 1), at === this.rows.length - 1),
    );
    box.append(...row.map((button, place) => this.fields(row, button, at, place)), tools);
    return box;
  }

  tool(name, label, run, disabled = false) {
    const made = press("btn btn-ghost-secondary btn-icon btn-sm", label, { disabled });
    made.append(icon(name));
    made.addEventListener("click", () => { run(); this.changed(); });
    return made;
  }

  move(from, to) {
    this.rows.splice(to, 0, ...this.rows.splice(from, 1));
    this.show();
  }

  fields(row, button, at, place) {
    const group = make("div", "input-group input-group-sm");
    const does = Object.keys(button).find((name) => !LOOKS.includes(name));
    const second = does ? make("span", "input-group-text", does.replace(/_/g, " ")) : this.input(button, "url", "https://…", at, place);
    const remove = press("btn btn-icon", "Remove the button", { ariaLabel: `Remove button ${place + 1} in row ${at + 1}` });
    remove.append(icon("x"));
    remove.addEventListener("click", () => this.remove(row, at, place));
    group.append(this.input(button, "text", "Text", at, place), second, remove);
    return group;
  }

  // `data-field` is what the API calls it in a problem.
  input(button, name, hint, at, place) {
    const label = `${hint} of button ${place + 1} in row ${at + 1}`;
    const made = Object.assign(make("input", "form-control"), { value: button[name] ?? "", placeholder: hint, ariaLabel: label });
    made.dataset.place = `${at}.${place}.${name}`;
    made.dataset.field = `reply_markup.inline_keyboard[${at}][${place}]${name === "url" ? ".url" : ""}`;
    made.addEventListener("input", () => { button[name] = made.value; });
    return made;
  }

  remove(row, at, place) {
    row.splice(place, 1);
    if (!row.length) this.rows.splice(at, 1);
    this.show();
    this.changed();
  }
}
