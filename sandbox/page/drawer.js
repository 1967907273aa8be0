// The drawer: what goes wrong on request, and what the server counted.

import { get, post, remove } from "./api.js";
import { button, byId, icon, make, pause } from "./dom.js";
import { FAULTS, details, faultRow } from "./faults.js";
import { nameOf } from "./names.js";
import { attempt, toast } from "./popups.js";
import { openChat, state } from "./state.js";

const EVERY_MS = 1000;
const FIGURES = [["accepted", "accepted"], ["floods", "429s"], ["over_limit", "of them by the limits"], ["cuts", "cut"],
  ["in_flight", "in flight"], ["max_in_flight", "most at once"], ["requests", "requests"]];

const drawer = { scope: null, faults: [], rows: new Map() };

export function openDrawer(chatId = null) {
  drawer.scope = chatId;
  byId("drawer").hidden = false;
  build();
  update();
}

// Another chat was opened: an open drawer goes along.
export function moveDrawer(chatId) {
  if (!byId("drawer").hidden) openDrawer(drawer.scope === null ? null : chatId);
}

export const closeDrawer = () => { byId("drawer").hidden = true; };

export const toggleDrawer = () => (byId("drawer").hidden ? openDrawer() : closeDrawer());

function build() {
  drawer.rows = new Map(FAULTS.map((kind) => [kind, faultRow(kind, (on) => attempt(() => change(kind, on)))]));
  const head = make("header", "", make("h2", "", "Faults"), button("round", closeDrawer, icon("close")));
  const rows = make("div", "faults", ...[...drawer.rows.values()].map(({ element }) => element));
  byId("drawer").replaceChildren(head, scopes(), rows, ...answers(), make("h3", "", "In force elsewhere"),
    make("div", "elsewhere"), make("h3", "", "Figures"), make("dl", "figures"), make("p", "ends", ...ends()));
}

function scopes() {
  const chat = openChat();
  const choices = [[null, "Everybody"], ...(chat ? [[chat.id, nameOf(chat)]] : [])];
  return make("div", "scopes", ...choices.map(([id, name]) => {
    const choice = button("", () => openDrawer(id), name);
    choice.setAttribute("aria-pressed", String(id === drawer.scope));
    return choice;
  }));
}

// Holding and freezing: requests that wait for an answer.
function answers() {
  const release = (cut) => attempt(async () => toast(`${(await post("release", { cut })).released} released`));
  const held = make("p", "held", make("span", "", "0 held"), button("", () => release(false), "Answer"), button("", () => release(true), "Cut"));
  const frozen = button("freeze", () => attempt(() => post(drawer.frozen ? "thaw" : "freeze")), "Freeze every answer");
  return [held, frozen];
}

function ends() {
  return [
    button("", () => attempt(() => remove("faults")), "No faults"),
    button("bad", () => attempt(() => post("reset")), "Reset all"),
  ];
}

const inForce = (kind) => drawer.faults.filter((fault) => fault.kind === kind.kind && (fault.method ?? undefined) === kind.method && fault.chat_id === drawer.scope && fault.count !== 0);

async function change(kind, on) {
  if (on) await post("faults", { kind: kind.kind, ...(kind.method ? { method: kind.method } : {}), ...details(drawer.rows.get(kind)), ...(drawer.scope === null ? {} : { chat: drawer.scope }) });
  else for (const fault of inForce(kind)) await remove("faults", { id: fault.id });
  await update();
}

async function update() {
  const [stats, { faults }] = await Promise.all([get("stats"), get("faults")]);
  Object.assign(drawer, { faults, frozen: stats.frozen });
  for (const [kind, row] of drawer.rows) row.set(inForce(kind));
  const root = byId("drawer");
  root.querySelector(".held span").textContent = `${stats.held} held`;
  root.querySelector(".freeze").textContent = stats.frozen ? "Thaw: answer again" : "Freeze every answer";
  root.querySelector(".elsewhere").replaceChildren(...elsewhere());
  root.querySelector(".figures").replaceChildren(...figures(stats));
}

function elsewhere() {
  const others = drawer.faults.filter((fault) => fault.chat_id !== drawer.scope && fault.count !== 0);
  if (!others.length) return [make("p", "", "None")];
  return others.slice(0, 20).map((fault) => {
    const where = fault.chat_id === null ? "everybody" : nameOf(state.chats.get(fault.chat_id) ?? { id: fault.chat_id });
    const left = fault.count === null ? "" : `, ${fault.count} left`;
    return make("p", "", `${fault.kind}: ${where}${left}`, button("round", () => attempt(() => remove("faults", { id: fault.id })), icon("close")));
  });
}

function figures(stats) {
  const rejected = Object.entries(stats.rejected).filter(([code]) => code !== "429").map(([code, count]) => [count, `rejected with ${code}`]);
  const counted = [...FIGURES.map(([name, text]) => [stats[name], text]), ...rejected];
  return counted.map(([count, text]) => make("div", "", make("dd", "", String(count)), make("dt", "", text)));
}

export async function watchDrawer() {
  byId("drawer").addEventListener("keydown", (event) => { if (event.key === "Escape") closeDrawer(); });
  for (;;) {
    if (!byId("drawer").hidden && !document.hidden) await update().catch(() => {});
    await pause(EVERY_MS);
  }
}
