// The first page: deliveries as they happen, and all else anew every ten seconds. Nothing is asked
// for while nobody looks.
import { channel, iconOf, make } from "/static/element.js";

const ROWS = 50;
const EVERY_MS = 10_000;
const LATE_MS = 10_000;
const COLOURS = { scheduled: "blue", queued: "azure", sending: "cyan", sent: "green", failed: "red", uncertain: "orange" };

const stream = document.getElementById("overview-stream");
const rows = document.getElementById("overview-rows");
const live = stream.querySelector(".overview-live");
const none = stream.querySelector(".overview-none");
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: document.body.dataset.zone, hour: "2-digit", minute: "2-digit", second: "2-digit" });

const look = () => htmx.trigger("#overview-now", "look");

function rowOf(post) {
  const at = new Date(post.sent_at ?? post.at);
  const time = Object.assign(make("time", "", clock.format(at)), { dateTime: at.toISOString(), title: `${at.toISOString().slice(0, 19).replace("T", " ")} UTC` });
  const when = make("span", "overview-when text-secondary");
  if (post.late_ms >= LATE_MS) when.append(make("span", "text-orange", `${Math.round(post.late_ms / 1000)} s late`), " · ");
  else if (post.sent_at && post.late_ms >= 0) when.append(`${Math.round(post.late_ms)} ms · `);
  when.append(time);
  const row = make("a", "list-group-item list-group-item-action overview-row overview-new",
    make("span", "overview-state", make("span", `badge bg-${COLOURS[post.state] ?? "secondary"}-lt state-badge`, iconOf(post.state), post.state)),
    make("span", "overview-chat", channel(post.channel ?? post.chat_id)),
    make("span", "overview-text", post.reason ? `${post.reason}: ${post.text}` : post.text || "without text"),
    when);
  row.href = `/messages/${post.id}`;
  row.dataset.id = post.id;
  return row;
}

function put(post) {
  none.hidden = true;
  rows.querySelector(`[data-id="${CSS.escape(post.id)}"]`)?.remove();
  rows.prepend(rowOf(post));
  while (rows.children.length > ROWS) rows.lastElementChild.remove();
}

let source = null;

function listen() {
  source = new EventSource("/api/v1/events?topics=message,health");
  source.addEventListener("open", () => { live.hidden = false; });
  source.addEventListener("error", () => { live.hidden = true; });
  source.addEventListener("message", ({ data }) => {
    const post = JSON.parse(data);
    if (post.state !== "scheduled" && post.state !== "queued") put(post);
  });
  source.addEventListener("health", look);
}

function rest() {
  source?.close();
  source = null;
  live.hidden = true;
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return rest();
  look();
  listen();
});
addEventListener("pagehide", rest);
setInterval(() => { if (!document.hidden) look(); }, EVERY_MS);
if (!document.hidden) listen();
