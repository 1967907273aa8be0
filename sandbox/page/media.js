// Files as tiles. A picture is shown if this server still has its bytes; nobody else is asked.

import { icon, make } from "./dom.js";
import { duration, fileSize } from "./names.js";

const SEEN = ["photo", "video", "animation", "video_note"];
const ROWS = ["audio", "voice", "document"];
const OTHER = ["sticker", "poll", "location", "venue", "contact", "dice"];
const BARS = 36;
const ANY_TOKEN = "1:sandbox";  // every well-formed one will do, unless the server has its own

export const kindOf = (message) => [...SEEN, ...ROWS, ...OTHER].find((kind) => kind in message);

export const isSeen = (message) => SEEN.includes(kindOf(message));

export function mediaOf(message) {
  const kind = kindOf(message);
  if (!kind) return null;
  if (SEEN.includes(kind)) return tile(kind, message);
  return ROWS.includes(kind) ? row(kind, message[kind]) : other(kind, message[kind]);
}

// Rows of two and three, as even as they can be.
export function album(messages) {
  const grid = make("div", "album");
  const twos = [0, 2, 1][messages.length % 3] ?? 0;
  messages.forEach((message, index) => {
    const cell = mediaOf(message);
    cell.classList.add(index < 2 * twos ? "half" : "third");
    grid.append(cell);
  });
  return grid;
}

function tile(kind, message) {
  const file = kind === "photo" ? message.photo.at(-1) : message[kind];
  const box = make("div", `tile ${kind}`, icon(kind === "photo" ? "photo" : "play"));
  box.style.setProperty("--ratio", String((file.width || file.length || 4) / (file.height || file.length || 3)));
  box.style.setProperty("--tint", String(tintOf(file.file_id)));
  if (kind === "photo") box.append(picture(box, file));
  const label = { video: duration(file.duration), animation: "GIF" }[kind];
  if (label) box.append(make("span", "label", label));
  if (file.file_name) box.append(make("span", "file-name", file.file_name));
  if (message.has_media_spoiler) hide(box);
  return box;
}

const tintOf = (id) => [...id.slice(-8)].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 360;

function picture(box, file) {
  const image = make("img");
  image.alt = "";
  image.loading = "lazy";
  image.onload = () => box.classList.add("loaded");
  image.onerror = () => image.remove();
  image.src = `/file/bot${ANY_TOKEN}/photos/${encodeURIComponent(file.file_id)}.jpg`;
  return image;
}

function hide(box) {
  box.classList.add("hidden-media");
  box.onclick = () => box.classList.add("open");
}

function row(kind, file) {
  const name = file.title ?? file.file_name ?? kind;
  const mark = make("span", "mark", icon(kind === "document" ? "file" : "play"));
  if (kind === "voice") return make("div", "file voice", mark, waves(file), make("small", "", duration(file.duration)));
  const details = kind === "audio" ? [file.performer, duration(file.duration)] : [fileSize(file.file_size)];
  const told = make("span", "told", make("b", "", name), make("small", "", details.filter(Boolean).join(", ")));
  return make("div", "file", mark, told);
}

function waves(file) {
  const bars = make("span", "waves");
  let seed = tintOf(file.file_id) + 1;
  for (let bar = 0; bar < BARS; bar++) {
    seed = (seed * 7919 + 104729) % 9973;
    const line = make("i");
    line.style.height = `${15 + (seed % 85)}%`;
    bars.append(line);
  }
  return bars;
}

function other(kind, value) {
  if (kind === "poll") return poll(value);
  const told = {
    sticker: () => value.emoji ?? "Sticker",
    dice: () => `${value.emoji} ${value.value}`,
    location: () => `${value.latitude}, ${value.longitude}`,
    venue: () => `${value.title}, ${value.address}`,
    contact: () => `${value.first_name}, ${value.phone_number}`,
  }[kind]();
  return make("div", `other ${kind}`, make("small", "", kind), make("b", "", told));
}

function poll(value) {
  const box = make("div", "other poll", make("b", "", value.question), make("small", "", value.type ?? ""));
  for (const option of value.options ?? []) {
    box.append(make("p", "", option.text, make("small", "", String(option.voter_count ?? 0))));
  }
  return box;
}
