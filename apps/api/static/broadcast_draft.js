// A new broadcast: who gets it is counted by the page; here the text is looked at, and it is sent off.
import { ask, mark, tell, wordsOf } from "/static/app.js";

const form = document.getElementById("new");
const field = (name) => form.elements[name];
const parts = (text) => text.split(/[,;]/).map((part) => part.trim()).filter(Boolean);

// Of the API's problems, the inputs that are meant.
const INPUTS = {
  "audience.list": "list", "audience.tags": "tag", "audience.any_tags": "any_tag", "audience.without_tags": "without_tag",
  "audience.languages": "language", "audience.joined_since": "joined_since", "audience.joined_until": "joined_until",
  "hours.from": "from", "hours.to": "to", hours: "from", caption: "text", message: "text",
};

function content() {
  const body = { text: field("text").value };
  if (field("parse_mode").value) body.parse_mode = field("parse_mode").value;
  if (field("kind").value && field("media").value.trim()) body[field("kind").value] = field("media").value.trim();
  return body;
}

function audience() {
  if (field("whom").value === "all") return {};
  const asked = { tags: parts(field("tag").value), any_tags: parts(field("any_tag").value), without_tags: parts(field("without_tag").value), languages: parts(field("language").value) };
  for (const name of ["list", "joined_since", "joined_until"]) if (field(name).value) asked[name] = field(name).value;
  return asked;
}

function draft() {
  const body = { ...content(), name: field("name").value.trim(), audience: audience(), paid: field("paid").checked };
  const [from, to] = [field("from").value, field("to").value];
  if (from || to) body.hours = { from, to, zone: form.dataset.zone, own_zones: field("own_zones").checked };
  return body;
}

async function save() {
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const made = await ask("POST", "/api/v1/broadcasts", draft());
    location.assign(`/broadcasts/${made.id}`);
  } catch (error) {
    button.disabled = false;
    const told = (error.problem?.errors ?? []).map((each) => ({ ...each, field: INPUTS[each.field] ?? each.field }));
    mark(form, { errors: told });
    tell(error.message, "danger");
  }
}

// --- A file: uploaded once, then known by its file_id ---

const kindOf = ({ type }) => /^image\/(jpeg|png|webp)$/.test(type) ? "photo" : type === "video/mp4" ? "video" : "document";

async function upload(file) {
  const button = document.getElementById("choose");
  const body = new FormData();
  body.append("kind", kindOf(file));
  body.append("file", file);
  button.disabled = true;
  button.textContent = "Uploading …";
  try {
    const answer = await fetch("/api/v1/media", { method: "POST", body, headers: { "X-CSRF-Token": document.body.dataset.csrf, Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) return tell(told.detail || told.title, "danger");
    field("kind").value = told.kind;
    field("media").value = told.file_id;
    look();
  } catch {
    tell("The server cannot be reached", "danger");
  } finally {
    button.disabled = false;
    button.textContent = "Upload …";
  }
}

// --- The preview ---

let asked = 0;

async function look() {
  const turn = ++asked;
  if (!field("text").value.trim()) return shown(null);
  try {
    const told = await ask("POST", "/api/v1/preflight", content());
    if (turn === asked) shown(told);
  } catch { /* the draft's own answer tells what is wrong */ }
}

function shown(told) {
  const box = document.getElementById("preview");
  const text = Object.assign(document.createElement("div"), { className: told ? "br-text" : "br-text text-secondary" });
  if (told) text.innerHTML = told.preview.html;  // made safe by the API
  else text.textContent = "Write something.";
  const media = (told?.preview.media ?? []).map(({ kind }) => Object.assign(document.createElement("div"), { className: "br-media", textContent: kind }));
  box.replaceChildren(...media, text);
  document.getElementById("length").textContent = told ? `${told.length} of ${told.limit}` : "";
  problems((told?.problems ?? []).filter(({ field: at }) => !["chat_id", "chat_ids", "at"].includes(at)));
}

function problems(told) {
  const box = document.getElementById("problems");
  box.hidden = !told.length;
  box.textContent = told.map(wordsOf).join(". ");
}

if (form) {
  let later;
  form.addEventListener("input", ({ target }) => {
    if (!["text", "parse_mode", "kind", "media"].includes(target.name)) return;
    clearTimeout(later);
    later = setTimeout(look, 300);
  });
  form.addEventListener("change", ({ target }) => {
    if (target.name !== "whom") return;
    const some = document.getElementById("some");
    some.hidden = some.disabled = target.value === "all";
  }, true);  // before htmx counts
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  const file = document.getElementById("file");
  document.getElementById("choose").addEventListener("click", () => file.click());
  file.addEventListener("change", () => { if (file.files.length) upload(file.files[0]); file.value = ""; });
  for (const button of form.querySelectorAll("[data-insert]")) button.addEventListener("click", () => {
    const text = field("text");
    text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    look();
  });
  look();
}
