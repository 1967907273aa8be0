// Formatting of a text in each of Telegram's parse modes.

const MARKS = {
  HTML: {
    bold: ["<b>", "</b>"], italic: ["<i>", "</i>"], underline: ["<u>", "</u>"], strike: ["<s>", "</s>"],
    spoiler: ["<tg-spoiler>", "</tg-spoiler>"], code: ["<code>", "</code>"], pre: ["<pre>", "</pre>"],
    quote: ["<blockquote>", "</blockquote>"],
    link: (text, url) => `<a href="${url.replace(/&/g, "&amp;").replace(/"/g, "&quot;")}">${text}</a>`,
  },
  MarkdownV2: {
    bold: ["*", "*"], italic: ["_", "_"], underline: ["__", "__"], strike: ["~", "~"], spoiler: ["||", "||"],
    code: ["`", "`"], pre: ["```\n", "\n```"], quote: "> ",
    link: (text, url) => `[${text}](${url.replace(/([)\\])/g, "\\$1")})`,
  },
  Markdown: {
    bold: ["*", "*"], italic: ["_", "_"], code: ["`", "`"], pre: ["```\n", "\n```"],
    link: (text, url) => `[${text}](${url})`,
  },
  "": {},
};
const KEYS = { b: "bold", i: "italic", u: "underline", k: "link" };

export const can = (mode, name) => name in MARKS[mode];

// Puts it in place of what is selected, so that the browser can undo it.
function replace(area, text, from, to) {
  const start = area.selectionStart;
  area.focus();
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(start + from, start + to);
}

export function format(area, mode, name) {
  if (!can(mode, name)) return;
  const mark = MARKS[mode][name];
  const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
  if (name === "link") {
    const isUrl = /^(https?|tg):\/\/\S+$/.test(chosen);
    const made = mark(isUrl ? "text" : chosen || "text", isUrl ? chosen : "https://");
    const from = isUrl ? made.indexOf("text") : made.indexOf("https://") + 8;
    return replace(area, made, from, isUrl ? from + 4 : from);
  }
  if (typeof mark === "string") {
    const made = chosen.split("\n").map((line) => mark + line).join("\n");
    return replace(area, made, mark.length, made.length);
  }
  const [before, after] = mark;
  if (chosen.startsWith(before) && chosen.endsWith(after) && chosen.length >= before.length + after.length) {
    const bare = chosen.slice(before.length, chosen.length - after.length);
    return replace(area, bare, 0, bare.length);
  }
  replace(area, before + chosen + after, before.length, before.length + chosen.length);
}

export function formattedByKeys(area, modeOf) {
  area.addEventListener("keydown", (event) => {
    const name = KEYS[event.key.toLowerCase()];
    if (!name || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    format(area, modeOf(), name);
  });
}
