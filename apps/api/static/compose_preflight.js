// What would come of the post: the API is asked a little after something was typed.

import { ask } from "/static/app.js";
import { chats } from "/static/compose_channels.js";
import { showTrouble } from "/static/compose_concerns.js";
import { start } from "/static/compose_form.js";
import { timing } from "/static/compose_when.js";

const ASKED_AFTER_MS = 250;

export class Preflight {
  constructor(post, show) {
    this.post = post;
    this.show = show;
    this.told = null;     // the last answer
    this.isStale = true;  // something was typed since
    this.asked = 0;
    this.timer = 0;
  }

  get body() {
    const body = { ...this.post.content, ...timing(), chat_ids: chats().map((each) => each.value) };
    if (start.message) body.message_id = start.message;
    return body;
  }

  askSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), ASKED_AFTER_MS);
  }

  // Whether the last answer is about the form as it is now: what is typed meanwhile is asked anew.
  async catchUp() {
    while (this.isStale || !this.told) if (!(await this.ask())) return false;
    return true;
  }

  // False where there is no answer, which is told.
  async ask() {
    clearTimeout(this.timer);
    const number = ++this.asked;
    const { body } = this;
    try {
      const answer = await ask("POST", "/api/v1/preflight", body);
      if (number !== this.asked) return true;  // a later one is under way
      this.told = answer;
      this.isStale = false;
    } catch (error) {
      if (number !== this.asked) return true;
      showTrouble(error.message);
      return false;
    }
    this.show();
    return true;
  }
}
