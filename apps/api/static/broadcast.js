// How broadcasts get on, as it happens: an event lets the numbers look anew. Buttons and reasons do
// so when the state has become another: one that is put in place of another is not pressed.
import { changed } from "/static/app.js";

const OFTEN_MS = 900;
const stream = new EventSource("/api/v1/events?topics=broadcast");
let waits = false;

stream.addEventListener("broadcast", ({ data }) => {
  const told = JSON.parse(data), box = document.querySelector("[data-live]");  // htmx puts others in its place
  if (waits || !box || (box.dataset.live !== "any" && box.dataset.live !== String(told.id))) return;
  waits = true;
  setTimeout(look, Number(box.dataset.every) || OFTEN_MS);
});

function look() {
  waits = false;
  document.querySelector("[data-live]")?.dispatchEvent(new Event("told"));
}

document.body.addEventListener("htmx:afterSettle", () => {
  const numbers = document.getElementById("numbers"), deeds = document.querySelector("[data-deeds]");
  if (deeds && numbers.dataset.state !== deeds.dataset.deeds) changed();
});
addEventListener("pagehide", () => stream.close());
