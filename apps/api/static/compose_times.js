// How the times were understood, each below the input that it was written in.

import { wordsOf } from "/static/app.js";
import { local, setMoment, when } from "/static/compose_when.js";
import { byId, icon, make } from "/static/element.js";

export function showTimes(told, problems, picked) {
  const problemOf = (name) => problems.find((each) => each.field === name);
  const choices = (told?.choices ?? []).map((each) => choice(each, picked));
  put("at-read", problemOf("at"), when() === "now" ? [] : moment(told?.at), choices);
  put("expires-read", problemOf("expires_at"), moment(told?.expires_at));
  put("repeat-read", problemOf("repeat"), series(told));
}

function put(id, problem, parts, choices = []) {
  const said = problem ? [make("span", "text-danger", wordsOf(problem))] : parts;
  byId(id).replaceChildren(...said, ...choices);
}

const notes = (all) => all.map((note) => make("span", "text-secondary", note));

const moment = (told) => told ? [icon("check"), make("span", "", told.words), ...notes(told.notes)] : [];

function series(told) {
  if (!told?.repeat) return [];
  const { next, words, zone } = told.repeat;
  const list = make("ol", "compose-next");
  list.append(...next.map((at) => make("li", "", local(at, told))));
  return [icon("check"), make("span", "", `${words}, by the clocks of ${zone}`), list, ...notes(told.repeat.notes)];
}

// A time that may be read in two ways: a press says which one is meant.
function choice({ at, words }, picked) {
  const pick = Object.assign(make("button", "btn btn-sm", words.replace(/ \(.*/, "")), { type: "button" });
  pick.addEventListener("click", () => { setMoment(at); picked(); });
  return pick;
}
