// The post as a phone shows it. What stands in it as HTML, the API has made safe.

import { PICTURES, thumb } from "/static/compose_files.js";
import { byId, initial, make } from "/static/element.js";

export function showPreview(told, { chat, more, files, at, now, zone }) {
  const { preview } = told;
  byId("preview-chat").textContent = chat || "Your channel";
  byId("preview-face").textContent = initial(chat || "A");
  byId("preview-more").textContent = more;
  const text = byId("preview-text");
  text.innerHTML = preview.html;
  text.hidden = !preview.html;
  byId("bubble").classList.toggle("is-empty", !preview.html && !files.length);
  byId("bubble").classList.toggle("is-text-above", preview.caption_above);
  byId("preview-silent").hidden = !preview.silent;
  showLink(preview.link);
  showFiles(files, preview.media.some((each) => each.spoiler));
  showTime(at ? new Date(at) : now, zone, now);
  byId("preview-keys").replaceChildren(...preview.buttons.filter((row) => row.length).map(keys));
}

function keys(row) {
  const line = make("div", "compose-keys-row");
  line.append(...row.map((button) => {
    const key = make(button.url ? "a" : "span", "compose-key", button.text || " ");
    if (button.url) Object.assign(key, { href: button.url, target: "_blank", rel: "noopener noreferrer nofollow" });
    return key;
  }));
  return line;
}

function showLink(link) {
  const box = byId("preview-link");
  box.hidden = !link;
  if (!link) return;
  let host = link;
  try { host = new URL(link).host; } catch { /* shown as it is */ }
  box.replaceChildren(make("b", "", host), make("span", "", "Telegram shows a preview of this page here."));
}

function showFiles(files, hidden) {
  const box = byId("preview-media");
  box.hidden = !files.length;
  const key = JSON.stringify([files.map((each) => [each.kind, each.name, each.url]), hidden]);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.className = `compose-media is-${Math.min(files.length, 4)} ${hidden ? "is-hidden" : ""}`;
  box.replaceChildren(...files.map((each) => {
    const isPicture = PICTURES.includes(each.kind);
    const cell = make("div", isPicture ? "compose-picture" : "compose-paper");
    const shown = thumb(each);
    if (shown.tagName === "VIDEO") Object.assign(shown, { autoplay: each.kind === "animation", loop: true, controls: each.kind === "video" });
    cell.append(shown);
    if (!isPicture) cell.append(make("span", "text-truncate", each.name || each.kind));
    return cell;
  }));
}

function showTime(at, zone, now) {
  const day = { weekday: "long", day: "numeric", month: "long", timeZone: zone };
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  const date = at.toLocaleDateString("en-GB", day);
  byId("preview-date").textContent = date === now.toLocaleDateString("en-GB", day) ? "Today" : date;
  byId("preview-time").textContent = at.toLocaleTimeString("en-GB", clock);
}

byId("preview-text")?.addEventListener("click", ({ target }) => target.closest(".tg-spoiler")?.classList.toggle("is-seen"));
byId("preview-text")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.target.closest(".tg-spoiler")?.classList.toggle("is-seen");
});
byId("look")?.addEventListener("click", ({ currentTarget }) => {
  const other = byId("phone").classList.toggle("is-other");
  currentTarget.setAttribute("aria-pressed", other);
});
