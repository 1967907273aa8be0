// What every page does: it asks the API in JSON, tells what came of it, and looks anew.
//
// <button hx-post="/api/v1/messages/7/cancel" data-done="Cancelled" hx-confirm="Cancel it?" data-danger>
// <div hx-get="/queue/rows" hx-trigger="changed from:body">            looks anew once it has answered;
// <form hx-post="/api/v1/keys" data-done="Made" data-goto="/settings"> goes on to another page.
//
// For modules of pages: import { ask, tell, changed, confirmed, wordsOf } from "/static/app.js".

const isApi = (path) => path.startsWith("/api/");
const byId = (id) => document.getElementById(id);
export const newKey = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

// --- Asking the API ---

// What it answers, null for nothing; throws an Error with `problem`, `status`. `headers` go along.
export async function ask(method, path, body = undefined, more = {}) {
  const headers = { "X-CSRF-Token": document.body.dataset.csrf, Accept: "application/json", ...more };
  if (method === "POST") headers["Idempotency-Key"] ??= newKey();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (answer.status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
  const told = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw Object.assign(new Error(saying(told)), { problem: told, status: answer.status });
  return told;
}

let changes = 0;
const lookAnew = () => document.body.dispatchEvent(new Event("changed"));
export const changed = () => { changes += 1; lookAnew(); };

const saying = (problem) => problem.detail || problem.title || "Something went wrong";

// --- Telling ---

// `colour`: success, danger, warning, info. `action`: { name, run } for a button in it.
export function tell(text, colour = "success", action = null) {
  const toast = document.createElement("div");
  toast.className = `told told-${colour}`;
  toast.innerHTML = '<div class="told-text"></div><button type="button" class="btn-close" aria-label="Close"></button>';
  toast.querySelector(".told-text").textContent = text;
  toast.querySelector(".btn-close").addEventListener("click", () => toast.remove());
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: action.name });
    button.addEventListener("click", () => { toast.remove(); action.run(); });
    toast.querySelector(".told-text").after(button);
  }
  byId("toasts").append(toast);
  setTimeout(() => toast.remove(), colour === "danger" || action ? 12000 : 4000);
}

export const wordsOf = ({ problem, remedy }) => [problem, remedy].filter(Boolean).join("; ");

export function mark(form, problem) {
  for (const each of form.querySelectorAll(".is-invalid")) each.classList.remove("is-invalid");
  for (const each of problem?.errors ?? []) {
    const input = form.elements?.namedItem(each.field);
    if (!(input instanceof HTMLElement)) continue;
    input.classList.add("is-invalid");
    let told = input.parentElement.querySelector(".invalid-feedback");
    if (!told) input.parentElement.append(told = Object.assign(document.createElement("div"), { className: "invalid-feedback" }));
    told.textContent = wordsOf(each);
  }
  form.querySelector(".is-invalid")?.focus();
}

// Whether the reader says yes. `word` is what the button says.
export function confirmed(question, { word = "Yes", danger = false } = {}) {
  const dialog = byId("confirm");
  const yes = dialog.querySelector("[data-yes]");
  byId("confirm-question").textContent = question;
  yes.textContent = word;
  yes.className = `btn ${danger ? "btn-danger" : "btn-primary"}`;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((tellIt) => {
    dialog.addEventListener("close", () => tellIt(dialog.returnValue === "yes"), { once: true });
  });
}

for (const dialog of document.querySelectorAll("dialog.dialog")) {
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(""); });
}

// --- htmx ---

htmx.defineExtension("api", {
  onEvent(name, event) {
    if (name !== "htmx:configRequest" || !isApi(event.detail.path)) return;
    event.detail.headers["Content-Type"] = "application/json";
    event.detail.headers["Idempotency-Key"] = newKey();
  },
  encodeParameters(request, parameters, element) {
    if (!isApi(element.getAttribute("hx-post") ?? element.getAttribute("hx-patch") ?? "")) return null;
    const given = {};
    for (const [name, value] of parameters.entries()) {
      if (value !== "") given[name] = value;
    }
    return JSON.stringify(given);
  },
});
document.body.setAttribute("hx-ext", "api");
htmx.process(document.body);

document.body.addEventListener("htmx:confirm", (event) => {
  const { elt, path, question, issueRequest } = event.detail;
  if (isApi(path) && elt.classList.contains("htmx-request")) return event.preventDefault();  // pressed twice
  if (!question) return;
  event.preventDefault();
  const danger = "danger" in elt.dataset || /danger/.test(elt.className);
  const word = elt.dataset.yes || elt.textContent.trim() || "Yes";
  confirmed(question, { word, danger }).then((yes) => yes && issueRequest(true));
});
// The request itself is listened to: the button may be gone by then, with what stood around it.
const askedAt = new WeakMap();
document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const { elt, pathInfo, xhr } = detail;
  askedAt.set(xhr, changes);
  if (isApi(pathInfo.requestPath)) xhr.addEventListener("load", () => answered(elt, xhr));
});

function answered(element, xhr) {
  if (xhr.status < 400) {
    if (element.dataset.done) tell(element.dataset.done);
    if (element.dataset.goto) location.assign(element.dataset.goto);
    return changed();
  }
  const problem = JSON.parse(xhr.responseText || "{}");
  mark(element, problem);
  tell(saying(problem), "danger");
}

// What was asked before the latest change is asked again, where whoever was to do so by himself
// has been put out of his place by the answer.
document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!(askedAt.get(detail.xhr) < changes) || detail.requestConfig.elt.isConnected) return;
  askedAt.delete(detail.xhr);
  lookAnew();
});
document.body.addEventListener("htmx:sendError", ({ detail }) => {
  // What looks anew by itself says nothing: it looks again.
  if (isApi(detail.pathInfo.requestPath)) tell("The server cannot be reached", "danger");
});
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (isApi(detail.pathInfo.requestPath)) detail.shouldSwap = false;  // its answers are no HTML
});

// --- The keyboard: g and a letter goes to a page, n composes, / searches, ? tells all of it ---

const AFTER_G_MS = 1200;
let gAt = -Infinity;
const types = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
const pressed = (keys) => document.querySelector(`a[data-key="${CSS.escape(keys)}"]`);

function shortcuts() {
  const list = byId("shortcuts").querySelector("dl");
  const all = [...document.querySelectorAll("a[data-key]")].map((each) => [each.dataset.key, each.dataset.name]);
  list.replaceChildren(...[...all, ["/", "Search"], ["Esc", "Close what is open"], ["?", "This list"]].flatMap(([keys, name]) => {
    const term = document.createElement("dt");
    for (const key of keys.split(" ")) term.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
    return [term, Object.assign(document.createElement("dd"), { textContent: name })];
  }));
  byId("shortcuts").showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || types(event.target) || document.querySelector("dialog[open]")) return;
  const afterG = event.timeStamp - gAt < AFTER_G_MS;
  gAt = event.key === "g" ? event.timeStamp : -Infinity;
  const search = document.querySelector("input[type=search]");
  const link = afterG ? pressed(`g ${event.key}`) : pressed(event.key);
  if (event.key === "?") shortcuts();
  else if (event.key === "/" && search) search.focus();
  else if (link) link.click();
  else return;
  event.preventDefault();
});
for (const each of document.querySelectorAll("[data-shortcuts]")) each.addEventListener("click", shortcuts);
