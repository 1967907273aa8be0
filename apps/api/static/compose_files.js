// The files of a post: each is uploaded once, and then known by its file_id.

import { byId, icon, make } from "/static/element.js";

const KINDS = { photo: "photo", video: "video", animation: "video", audio: "music", voice: "music", document: "file-text" };
export const PICTURES = ["photo", "video", "animation"];
const PHOTO_BYTES = 10 * 2 ** 20;
const MOST = 10;
const TOGETHER = [["photo", "video"], ["document"], ["audio"]];

function kindOf(file) {
  if (file.type === "image/gif") return "animation";
  if (/^image\/(jpeg|png|webp)$/.test(file.type)) return file.size > PHOTO_BYTES ? "document" : "photo";
  if (/^video\/(mp4|webm|quicktime)$/.test(file.type)) return "video";
  if (/^audio\/(mpeg|mp4|x-m4a)$/.test(file.type)) return "audio";
  if (file.type === "audio/ogg") return "voice";
  return "document";
}

const size = (bytes) => bytes > 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} kB`;

export class Files {
  constructor(changed, tell) {
    this.all = [];
    this.changed = changed;
    this.tell = tell;
    const input = byId("file");
    const drop = byId("drop");
    input.addEventListener("change", () => { this.take(input.files); input.value = ""; });
    for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("is-over"));
    drop.addEventListener("drop", (event) => { event.preventDefault(); this.take(event.dataTransfer.files); });
    byId("text").addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.take(event.clipboardData.files);
    });
  }

  get lost() { return this.all.filter((each) => each.problem); }

  get areUploading() { return this.all.some((each) => !each.file_id && !each.problem); }

  // As POST /messages takes them.
  get content() {
    const ready = this.all.filter((each) => each.file_id);
    if (ready.length < 2) return Object.fromEntries(ready.map((each) => [each.kind, each.file_id]));
    return { media: ready.map((each) => ({ type: each.kind, media: each.file_id })) };
  }

  get kept() { return this.all.filter((each) => each.file_id).map(({ kind, file_id, name, bytes }) => ({ kind, file_id, name, bytes })); }

  restore(kept) {
    this.all = kept.map((each) => ({ ...each }));
    this.show();
  }

  take(list) {
    for (const file of list) {
      const kind = kindOf(file);
      const shared = TOGETHER.find((kinds) => kinds.includes(kind)) ?? [];
      if (this.all.length >= MOST) { this.tell(`An album has ${MOST} files at most`, "warning"); break; }
      if (this.all.some((each) => !shared.includes(each.kind))) { this.tell(`${file.name} does not go together with the other files in an album`, "warning"); continue; }
      const taken = { kind, file, name: file.name, bytes: file.size, done: 0, url: /^(image|video)\//.test(file.type) ? URL.createObjectURL(file) : "" };
      this.all.push(taken);
      this.upload(taken);
    }
    this.show();
    this.changed();
  }

  upload(taken) {
    const form = new FormData();
    form.append("kind", taken.kind);
    form.append("file", taken.file);
    const request = taken.request = new XMLHttpRequest();
    request.open("POST", "/api/v1/media");
    request.setRequestHeader("X-CSRF-Token", document.body.dataset.csrf);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      taken.done = event.total ? event.loaded / event.total : 0;
      if (taken.bar) taken.bar.value = taken.done;
    });
    request.addEventListener("load", () => {
      if (request.status === 201) taken.file_id = request.response.file_id;
      else taken.problem = request.response?.detail || request.response?.title || "It was not taken";
      this.show();
      this.changed();
    });
    request.addEventListener("error", () => { taken.problem = "The server cannot be reached"; this.show(); this.changed(); });
    request.send(form);
  }

  remove(taken) {
    taken.request?.abort();
    if (taken.url) setTimeout(() => URL.revokeObjectURL(taken.url), 2000);  // it may still be being drawn
    this.all = this.all.filter((each) => each !== taken);
    this.show();
    this.changed();
  }

  clear() { for (const each of [...this.all]) this.remove(each); }

  show() {
    byId("file-options").hidden = !this.all.length;
    byId("files").replaceChildren(...this.all.map((each) => this.row(each)));
  }

  row(taken) {
    const row = make("li", "compose-file");
    row.append(thumb(taken));
    const words = make("div", "compose-file-words min-w-0");
    words.append(make("span", "text-truncate d-block", taken.name || taken.kind));
    const told = taken.problem || [taken.kind, taken.bytes && size(taken.bytes)].filter(Boolean).join(" · ");
    words.append(make("small", taken.problem ? "text-danger" : "text-secondary", told));
    if (!taken.file_id && !taken.problem) {
      taken.bar = Object.assign(make("progress", "progress progress-sm"), { max: 1, value: taken.done ?? 0, ariaLabel: `Uploading ${taken.name}` });
      words.append(taken.bar);
    }
    const remove = Object.assign(make("button", "btn btn-ghost-secondary btn-icon btn-sm"), { type: "button", title: "Remove", ariaLabel: `Remove ${taken.name || taken.kind}` });
    remove.append(icon("x"));
    remove.addEventListener("click", () => this.remove(taken));
    row.append(words);
    if (taken.problem) row.append(this.again(taken));
    row.append(remove);
    return row;
  }

  again(taken) {
    const button = Object.assign(make("button", "btn btn-sm", "Try again"), { type: "button", ariaLabel: `Upload ${taken.name} again` });
    button.addEventListener("click", () => {
      Object.assign(taken, { problem: "", done: 0 });
      this.upload(taken);
      this.show();
      this.changed();
    });
    return button;
  }
}

export function thumb(taken) {
  if (taken.url && taken.kind !== "document") {
    const shown = document.createElement(taken.kind === "photo" || /gif$/i.test(taken.name) ? "img" : "video");
    if (shown.tagName === "VIDEO") shown.muted = true;
    else shown.alt = taken.name;
    shown.src = taken.url;
    return shown;
  }
  const box = make("span", "compose-thumb");
  box.append(icon(KINDS[taken.kind] ?? "file-text"));
  return box;
}
