// Many posts at once: those that are ticked in the queue, or all of one reason among the failures.

import { ask, tell, changed, confirmed } from "/static/app.js";

const BULK = "/api/v1/messages/bulk";
const chosen = new Map();  // id -> what may be done with it; it outlives each look at the rows

const boxes = () => [...document.querySelectorAll("input[data-acts]")];
const able = (act) => [...chosen].filter(([, acts]) => acts.split(" ").includes(act)).map(([id]) => id);

// --- What is ticked ---

function show() {
  const bar = document.getElementById("queue-bulk");
  if (!bar) return;
  bar.hidden = chosen.size === 0;
  bar.querySelector("[data-count]").textContent = chosen.size;
  for (const button of bar.querySelectorAll("[data-do]")) button.hidden = able(button.dataset.do).length === 0;
  const all = document.getElementById("queue-all");
  const ticked = boxes().filter((box) => box.checked).length;
  all.checked = ticked > 0 && ticked === boxes().length;
  all.indeterminate = ticked > 0 && !all.checked;
}

function tick(box) {
  if (box.checked) chosen.set(Number(box.value), box.dataset.acts);
  else chosen.delete(Number(box.value));
}

// Rows have come anew: tick again those that are still there, forget the others.
function restore() {
  const here = new Map(boxes().map((box) => [Number(box.value), box]));
  for (const id of [...chosen.keys()]) if (!here.has(id)) chosen.delete(id);
  for (const [id, box] of here) {
    box.checked = chosen.has(id);
    if (box.checked) tick(box);
  }
  show();
}

document.addEventListener("change", ({ target }) => {
  if (target.id === "queue-all") for (const box of boxes()) { box.checked = target.checked; tick(box); }
  else if (target.dataset.acts !== undefined) tick(target);
  else return;
  show();
});
document.body.addEventListener("htmx:afterSettle", restore);
document.body.addEventListener("htmx:historyRestore", restore);

// --- What is done ---

async function carryOut(asked) {
  const told = { done: 0, refused: [] };
  let more = true;
  while (more) {
    const answer = await ask("POST", BULK, asked);
    told.done += answer.done;
    told.refused.push(...answer.refused);
    more = answer.more;
    asked = { ...asked, cursor: answer.next };
  }
  return told;
}

function sayIt({ done, refused }, word) {
  if (done) tell(`${done} ${word}`);
  if (refused.length) tell(`${refused.length} left as they are. ${refused[0].problem}`, "warning");
}

async function pressed(button, asked, count) {
  const { ask: question, told, do: act } = button.dataset;
  const word = button.dataset.yes ?? button.textContent.trim();
  if (!(await confirmed(question.replace("%", count), { word, danger: "danger" in button.dataset }))) return;
  button.classList.add("is-busy");
  try {
    sayIt(await carryOut({ do: act, ...asked }), told);
  } catch (error) {
    tell(error.message, "danger");
  }
  button.classList.remove("is-busy");
  chosen.clear();
  changed();
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-do]");
  if (target.closest?.("[data-clear]")) { chosen.clear(); restore(); }
  if (!button) return;
  const all = button.closest("[data-state]");
  if (all) return pressed(button, { state: all.dataset.state, reason: all.dataset.reason }, all.dataset.count);
  const ids = able(button.dataset.do);
  return pressed(button, { ids }, ids.length);
});
