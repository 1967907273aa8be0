// The form of a post: a preview and warnings while it is written, then one request for each chat.

import { tell } from "/static/app.js";
import { addChat, chats, choose, chooseAllOrNone, chooseNone, chooseTheOnlyOne, nameOf, search } from "/static/compose_channels.js";
import { isBegun, showConcerns } from "/static/compose_concerns.js";
import { draftOf, keptDraft } from "/static/compose_draft.js";
import { field, form, start } from "/static/compose_form.js";
import { Post } from "/static/compose_post.js";
import { Preflight } from "/static/compose_preflight.js";
import { showPreview } from "/static/compose_preview.js";
import { Submit } from "/static/compose_submit.js";
import { can, format, formattedByKeys } from "/static/compose_text.js";
import { showTimes } from "/static/compose_times.js";
import { isAsBefore, oneOfTwo, setMoment, when, zoneOf } from "/static/compose_when.js";
import { byId } from "/static/element.js";

const TEXT_LIMIT = 4096;  // until the API has told which one holds
const UNSENT = ["channel-search", "other-chat"];  // inputs that are no part of the post

class Composer {
  constructor() {
    const show = () => this.show();
    this.post = new Post(() => this.typed());
    this.preflight = new Preflight(this.post, show);
    this.submit = new Submit(this.post, this.preflight, { show, over: () => this.startAnew() });
  }

  begin() {
    const draft = keptDraft();
    if (start.content) this.post.restore(draftOf(start));
    else if (draft) this.takeUp(draft);
    if (start.chat) choose(start.chat);
    if (start.at) {
      byId("when-at").checked = true;
      setMoment(start.at);
    }
    chooseTheOnlyOne();
    this.showAll();
  }

  takeUp(draft) {
    this.post.restore(draft);
    if (field("text").value || draft.files?.length) tell("The post that you had begun is here again", "info");
  }

  startAnew() {
    this.post.clear();
    this.submit.isTried = false;
    this.preflight.told = null;
    this.showAll();
    field("text").focus();
  }

  clear() {
    chooseNone();
    this.submit.results.clear();
    this.startAnew();
  }

  typed() {
    this.preflight.isStale = true;
    this.post.edits += 1;
    this.post.keep();
    this.show();
    this.preflight.askSoon();
  }

  // --- Showing ---

  showAll() {
    this.post.buttons.show();
    this.show();
    this.preflight.ask();
  }

  show() {
    const { told } = this.preflight;
    const problems = (told?.problems ?? []).filter((each) => this.submit.isTried || isBegun(each));
    showParts(this.post.files);
    showConcerns(problems, told?.warnings ?? []);
    showTimes(told, problems, () => this.typed());
    showCount(told);
    this.submit.show();
    if (told) showPreview(told, { ...receivers(), files: this.post.files.all.filter((each) => !each.problem), at: leavesAt(told), now: new Date(), zone: zoneOf(told) });
  }

  // --- What is pressed and typed ---

  listen() {
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit.press(); });
    form.addEventListener("keydown", (event) => this.pressed(event));
    form.addEventListener("input", ({ target }) => {
      if (UNSENT.includes(target.id)) return;
      oneOfTwo(target);
      this.typed();
    });
    byId("add-chat")?.addEventListener("click", () => { addChat(); this.typed(); });
    byId("all-channels")?.addEventListener("click", () => { chooseAllOrNone(); this.typed(); });
    byId("channel-search")?.addEventListener("input", search);
    byId("clear")?.addEventListener("click", () => this.clear());
    return this;
  }

  // Enter in an input sends nothing: a post that has left cannot be called back.
  pressed(event) {
    if (event.key !== "Enter") return;
    const isSent = event.ctrlKey || event.metaKey;
    if (!isSent && event.target.tagName !== "INPUT") return;
    event.preventDefault();
    if (isSent) this.submit.press();
    else if (event.target.id === "other-chat") { addChat(); this.typed(); }
  }
}

function showParts(files) {
  for (const each of form.querySelectorAll("[data-when]")) each.hidden = !each.dataset.when.split(" ").includes(when());
  byId("expires-part").hidden = when() === "repeat";
  byId("buttons-part").hidden = files.all.length > 1;
  for (const each of form.querySelectorAll("[data-format]")) each.disabled = !can(field("parse_mode").value, each.dataset.format);
}

function showCount(told) {
  const [length, limit] = [told?.length ?? 0, told?.limit ?? TEXT_LIMIT];
  byId("count").textContent = `${length.toLocaleString("en")} / ${limit.toLocaleString("en")}`;
  byId("count").classList.toggle("text-danger", length > limit);
}

function receivers() {
  const [first, ...others] = chats();
  return { chat: first && nameOf(first), more: others.length ? `and ${others.length} more` : first?.dataset.name || "channel" };
}

function leavesAt(told) {
  if (when() === "repeat") return told.repeat?.next[0];
  if (when() === "at") return told.at?.at ?? (isAsBefore() ? start.at : null);
  return null;
}

function formatted() {
  const area = field("text");
  const mode = () => field("parse_mode").value;
  for (const each of form.querySelectorAll("[data-format]")) each.addEventListener("click", () => format(area, mode(), each.dataset.format));
  formattedByKeys(area, mode);
}

if (form) {
  formatted();
  new Composer().listen().begin();
}
