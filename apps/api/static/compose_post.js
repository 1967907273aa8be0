// The post that is being written: its text, files and buttons, and the draft of it.

import { newKey, tell } from "/static/app.js";
import { Buttons } from "/static/compose_buttons.js";
import { chats, choose } from "/static/compose_channels.js";
import { forgetDraft, keepDraft } from "/static/compose_draft.js";
import { Files, PICTURES } from "/static/compose_files.js";
import { empty, field, fill, flagged, start, values } from "/static/compose_form.js";
import { when } from "/static/compose_when.js";
import { byId } from "/static/element.js";

const FOR_ALL = ["disable_notification", "protect_content"];
const FOR_PICTURES = ["show_caption_above_media", "has_spoiler"];

export class Post {
  constructor(changed) {
    this.files = new Files(changed, tell);
    this.buttons = new Buttons(changed);
    this.key = newKey();  // a request that is sent again has the same: it is not carried out twice
    this.edits = 0;
  }

  // As POST /messages takes it.
  get content() {
    const files = this.files.content;
    const kind = Object.keys(files)[0];
    const made = { text: field("text").value, ...files };
    if (field("parse_mode").value) made.parse_mode = field("parse_mode").value;
    Object.assign(made, flagged(FOR_ALL));
    if (PICTURES.includes(kind)) Object.assign(made, flagged(FOR_PICTURES));
    if (kind === "media") made.media = album(files.media);
    if (!kind && field("no_preview").checked) made.link_preview_options = { is_disabled: true };
    const rows = this.buttons.content;
    if (rows.length && kind !== "media") made.reply_markup = { inline_keyboard: rows };
    return made;
  }

  // A post that is changed stands in the ledger: the draft is another one's.
  keep() {
    if (start.message) return;
    const to = chats().map((each) => ({ id: each.value, title: each.dataset.title }));
    keepDraft({ key: this.key, buttons: this.buttons.rows, files: this.files.kept, when: when(), chats: to, ...values() });
  }

  restore(draft) {
    fill(draft);
    for (const each of draft.chats ?? []) choose(each.id, each.title);
    const option = byId(`when-${draft.when}`);
    if (option) option.checked = true;
    this.buttons.rows = draft.buttons ?? [];
    this.key = draft.key ?? this.key;
    this.files.restore(draft.files ?? []);
  }

  clear() {
    this.key = newKey();
    this.files.clear();
    this.buttons.rows = [];
    empty();
    byId("when-now").checked = true;
    forgetDraft();  // last: each file that goes has had it kept once more
  }
}

function album(media) {
  if (["document", "audio"].includes(media[0].type)) return media;
  const more = flagged(FOR_PICTURES);
  return media.map((each) => ({ ...each, ...more }));
}
