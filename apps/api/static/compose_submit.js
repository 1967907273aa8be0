// Sending it off: one request for each chat.

import { ask, changed, tell } from "/static/app.js";
import { save } from "/static/compose_change.js";
import { aim, chats, nameOf } from "/static/compose_channels.js";
import { form, start } from "/static/compose_form.js";
import { Results } from "/static/compose_results.js";
import { isAsBefore, local, timing, when } from "/static/compose_when.js";
import { byId } from "/static/element.js";

const NO_TIME = { field: "at", problem: "is missing", remedy: "choose a day and a time, or write it in words" };
const NOW = "is on its way";
const LEAVES = { now: NOW, at: "is scheduled", repeat: "repeats" };
const UNREACHED = "the server cannot be reached; try again, it will not be doubled";

export class Submit {
  // `show` shows the form as it now is, `over` is called once the post has left for every chat.
  constructor(post, preflight, { show, over }) {
    Object.assign(this, { post, preflight, showForm: show, over });
    this.results = new Results();
    this.isTried = false;  // the button was pressed: what is missing is told from then on
    this.isBusy = false;
    this.sent = null;      // the last body that was sent: asked again, it has to be the very same
  }

  show() {
    const { areUploading } = this.post.files;
    byId("submit-words").textContent = areUploading ? "Uploading …" : words(this.preflight.told);
    byId("submit").disabled = this.isBusy || areUploading;
    byId("submit").classList.toggle("is-busy", this.isBusy);
  }

  async press() {
    if (this.isBusy || this.post.files.areUploading) return;
    this.isTried = this.isBusy = true;
    this.show();
    try {
      if (await this.isReady()) await (start.message ? save(this.post.content, this.preflight.told) : this.sendAll());
    } finally {
      this.isBusy = false;
      this.show();
    }
  }

  async isReady() {
    const { preflight, post } = this;
    if (!(await preflight.catchUp())) return false;
    if (lacksTime(preflight.told)) preflight.told.problems.push(NO_TIME);
    preflight.told.problems.push(...post.files.lost.map(lostFile));
    this.showForm();
    const { length } = preflight.told.problems;
    if (length) (form.querySelector(".is-invalid") ?? byId("concerns")).focus?.();
    return !length;
  }

  async sendAll() {
    if (!this.results.haveFailed) this.results.clear();
    if (this.sent?.edits !== this.post.edits) this.sent = { edits: this.post.edits, body: this.body };
    const leaves = LEAVES[when()];
    for (const box of chats()) await this.send(box, leaves);
    changed();
    if (this.results.haveFailed) return this.post.keep();
    this.over();
    const { all } = this.results;
    tell(all.length === 1 ? all[0].text : `${all.length} posts: ${leaves === NOW ? "on their way" : "scheduled"}`);
  }

  // Words for a time are those of the preflight: asked again later, they would mean another one.
  get body() {
    const { told } = this.preflight;
    const body = { ...this.post.content, ...timing() };
    if (told.at) body.at = told.at.at;
    if (told.expires_at) body.expires_at = told.expires_at.at;
    return body;
  }

  async send(box, leaves) {
    const [chat, name] = [box.value, nameOf(box)];
    try {
      const made = await ask("POST", "/api/v1/messages", { ...this.sent.body, chat_id: chat }, { "Idempotency-Key": `${this.post.key}:${chat}` });
      this.results.add(chat, true, `${name}: it ${leaves}`, made.series ? "/calendar" : `/messages/${made.message.id}`);
      box.checked = false;
    } catch (error) {
      this.results.add(chat, false, `${name}: ${error.problem ? error.message : UNREACHED}`);
    }
  }
}

const lacksTime = (told) => when() === "at" && !told?.at && !isAsBefore() && !told?.problems.some((each) => each.field === "at");

const lostFile = ({ name }) => ({ field: "media", problem: `${name} was not uploaded, so the post would go without it`, remedy: "try again, or remove it" });

function words(told) {
  if (start.message) return told?.at ? `Save it for ${local(told.at.at, told)}` : "Save the changes";
  if (!chats().length) return "Choose a channel";
  if (when() === "now") return `Send to ${aim()} now`;
  if (when() === "repeat") return told?.repeat ? `Send to ${aim()} ${told.repeat.words}` : "Say how often";
  return told?.at ? `Schedule to ${aim()} for ${local(told.at.at, told)}` : "Choose a time";
}
