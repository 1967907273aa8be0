// How chats, people, times and sizes are called.

import { make } from "./dom.js";

const MINUTE_MS = 60_000;

export const nameOf = (who) =>
  who?.title ?? ([who?.first_name, who?.last_name].filter(Boolean).join(" ") || String(who?.id ?? "?"));

export const senderOf = (message) => message.sender_chat ?? message.from ?? message.chat;

export const hueOf = (who) => Math.abs(Number(who?.id ?? 0)) % 7;

function initials(name) {
  const words = name.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return words.slice(0, 2).map((word) => [...word.replace(/[^\p{L}\p{N}]/gu, "")][0]).join("").toUpperCase();
}

export function avatar(who) {
  const circle = make("span", `avatar hue${hueOf(who)}`, initials(nameOf(who)));
  circle.setAttribute("aria-hidden", "true");
  return circle;
}

const two = (number) => String(number).padStart(2, "0");

export function clock(unix_s) {
  const when = new Date(unix_s * 1000);
  return `${two(when.getHours())}:${two(when.getMinutes())}`;
}

export const dayOf = (unix_s) => new Date(unix_s * 1000).toDateString();

export function dayName(unix_s, now = new Date()) {
  const when = new Date(unix_s * 1000);
  if (when.toDateString() === now.toDateString()) return "Today";
  if (when.toDateString() === new Date(now - 24 * 60 * MINUTE_MS).toDateString()) return "Yesterday";
  const year = when.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return when.toLocaleDateString("en-GB", { day: "numeric", month: "long", year });
}

// In the list: the time today, the day's name this week, else the date.
export function shortWhen(unix_s, now = new Date()) {
  const when = new Date(unix_s * 1000);
  if (when.toDateString() === now.toDateString()) return clock(unix_s);
  if (now - when < 6 * 24 * 60 * MINUTE_MS) return when.toLocaleDateString("en-GB", { weekday: "short" });
  return when.toLocaleDateString("en-GB", { day: "2-digit", month: "2-digit", year: "2-digit" });
}

export function shortNumber(number) {
  const unit = [[1e9, "B"], [1e6, "M"], [1e3, "K"]].find(([size]) => number >= size);
  if (!unit) return String(number);
  const digits = 10 ** (3 - String(Math.floor(number / unit[0])).length);
  return `${Math.floor(number / unit[0] * digits) / digits}${unit[1]}`;
}

export const duration = (seconds = 0) => `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;

export function fileSize(bytes = 0) {
  const kb = bytes / 1024;
  return kb >= 1024 ? `${(kb / 1024).toFixed(1)} MB` : `${kb.toFixed(1)} KB`;
}
