// A file of people goes up, with how far it is; what becomes of it is polled by the page.
import { changed, mark, tell } from "/static/app.js";

const form = document.getElementById("import");
const drop = document.getElementById("drop");
const upload = document.getElementById("upload");

const told = (bytes) => bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

function chosen() {
  const file = form.elements.file.files[0];
  document.getElementById("chosen").textContent = file ? `${file.name}, ${told(file.size)}` : "Drop a CSV file here, or choose one";
}

function send() {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("file", form.elements.file.files[0]);
  if (form.elements.list.value.trim()) body.append("list", form.elements.list.value);
  for (const tag of form.elements.tags.value.split(/[,;]/)) if (tag.trim()) body.append("tags", tag);
  request.upload.addEventListener("progress", ({ loaded, total }) => shown(loaded, total));
  request.addEventListener("load", () => ended(request));
  request.addEventListener("error", () => { busy(false); tell("The server cannot be reached", "danger"); });
  request.open("POST", form.dataset.url);
  request.setRequestHeader("X-CSRF-Token", document.body.dataset.csrf);
  request.setRequestHeader("Accept", "application/json");
  busy(true);
  request.send(body);
}

function busy(is) {
  upload.hidden = !is;
  form.querySelector("[type=submit]").disabled = is;
}

function shown(loaded, total) {
  upload.querySelector("progress").value = total ? loaded / total : 0;
  document.getElementById("uploaded").textContent = `${told(loaded)} of ${told(total)}`;
}

function ended(request) {
  busy(false);
  let answer = {};
  try { answer = JSON.parse(request.responseText); } catch { /* it came from something in between */ }
  if (request.status >= 300) {
    mark(form, answer);
    return tell(answer.detail || answer.title || "The file was not taken", "danger");
  }
  form.reset();
  chosen();
  tell("Uploaded. It is being read now.");
  return changed();
}

if (form) {
  form.elements.file.addEventListener("change", chosen);
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("su-over"); });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("su-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) form.elements.file.files = event.dataTransfer.files;
    chosen();
  });
}
