// The calendar. Its times are those of the reader's zone, whatever the browser's: each is made a
// wall time there before the calendar has it, and what is dropped is made a moment again.
import { ask, changed, tell } from "/static/app.js";
import { drawn, entries, filter, mayWrite, place, whyFixed } from "/static/calendar_entries.js";
import { later, momentOf, short, wallOf } from "/static/calendar_times.js";

const PHONE = matchMedia("(max-width: 767.98px)");
const VIEW_KEPT = `calendar-view-${PHONE.matches ? "phone" : "wide"}`;
const VIEWS = ["dayGridMonth", "timeGridWeek", "listMonth"];
// Without a height of its own a month grows with its fullest day, and no day says "and 12 more".
const MONTH_HEIGHT = PHONE.matches ? "42rem" : "max(46rem, calc(100vh - 13rem))";

const panel = tabler.Offcanvas?.getOrCreateInstance("#calendar-panel") ?? bootstrap.Offcanvas.getOrCreateInstance("#calendar-panel");

// --- What the reader does ---

async function show({ item, rest }) {
  if (rest) return location.assign(`/queue?day=${rest}`);
  const path = { message: "message", occurrence: "series", broadcast: "broadcast" }[item.kind];
  const id = item.kind === "occurrence" ? item.series_id : item.id;
  await htmx.ajax("GET", `/calendar/${path}/${id}`, { target: "#calendar-detail", swap: "innerHTML" });
  panel.show();
}

async function moved({ event, delta, revert }) {
  const { item, wall } = event.extendedProps;
  const to = later(wall, ((delta.days ?? 0) * 86400 + (delta.seconds ?? 0)) * 1000);
  const path = `/api/v1/messages/${item.id}`;
  try {
    if (momentOf(to) < new Date()) throw new Error("That time is past. Drop it on a later one.");
    const known = await fetch(path, { headers: { Accept: "application/json" } });
    await ask("PATCH", path, { at: momentOf(to).toISOString() }, { "If-Match": known.headers.get("ETag") ?? "*" });
    tell(`Moved to ${to.slice(0, 10)} ${short(to)}`, "success", { name: "Undo", run: () => back(item) });
  } catch (error) {
    revert();
    return tell(`Not moved: ${error.message}`, "danger");
  }
  changed();
}

async function back(item) {
  try {
    await ask("PATCH", `/api/v1/messages/${item.id}`, { at: item.at });
    tell("It is back where it was");
  } catch (error) {
    tell(`Not undone: ${error.message}`, "danger");
  }
  changed();
}

function compose({ dateStr, allDay }) {
  if (!mayWrite) return;
  const now = wallOf(Date.now());
  const wall = allDay ? `${dateStr.slice(0, 10)}T09:00:00` : dateStr.slice(0, 19);
  if (wall.slice(0, 10) < now.slice(0, 10)) return tell("That day is past", "info");
  location.assign(`/compose?${new URLSearchParams(wall > now ? { at: wall.slice(0, 16) } : {})}`);
}

// A month's list may begin weeks ago: the reader is brought to today, once.
let isBrought = false;

function bring({ view }) {
  const days = [...place.querySelectorAll(".ec-list .ec-day")];
  if (isBrought || view.type !== "listMonth" || !days.length) return;
  isBrought = true;
  const next = days.findIndex((day) => day.querySelector("time").dateTime >= place.dataset.today);
  if (next > 0) days[next].scrollIntoView();
}

// --- The calendar itself ---

const kept = VIEWS.find((name) => name === sessionStorage.getItem(VIEW_KEPT));
const calendar = EventCalendar.create(place, {
  view: kept ?? (PHONE.matches ? "listMonth" : "dayGridMonth"),
  date: place.dataset.today,
  timeZone: `${place.dataset.offset.slice(0, 3)}:${place.dataset.offset.slice(3)}`,
  firstDay: 1, locale: "en-GB", dayMaxEvents: true, nowIndicator: true, allDaySlot: false, lazyFetching: true,
  headerToolbar: { start: "prev,next today", center: "title", end: VIEWS.join(",") },
  buttonText: (text) => ({ ...text, dayGridMonth: "Month", timeGridWeek: "Week", listMonth: "List", today: "Today" }),
  noEventsContent: "Nothing here. Click a day in the month, or Compose, to write the first post.",
  views: { dayGridMonth: { height: MONTH_HEIGHT } },
  slotHeight: 28, scrollTime: "07:00:00", eventDurationEditable: false, eventStartEditable: mayWrite,
  eventLongPressDelay: 400, pointer: false,
  eventSources: [{ events: entries }],
  eventContent: drawn,
  eventDidMount: ({ el, event }) => {
    if (!el.hasAttribute("tabindex")) el.tabIndex = 0;
    el.setAttribute("role", "button");
    el.addEventListener("keydown", (pressed) => { if (pressed.key === "Enter") show(event.extendedProps); });
  },
  eventAllUpdated: bring,
  eventClick: ({ event }) => show(event.extendedProps),
  eventDrop: moved,
  dateClick: compose,
  datesSet: ({ view }) => sessionStorage.setItem(VIEW_KEPT, view.type),
});

// Whoever tries to drag what is fixed is told why.
const FAR_PX = 24;
let held = null;
place.addEventListener("pointerdown", ({ target, clientX, clientY }) => {
  const event = target.closest(".ec-event");
  const fixed = mayWrite && event && !event.classList.contains("ec-draggable");
  held = fixed ? { id: event.querySelector(".calendar-entry")?.dataset.entry, clientX, clientY } : null;
});
place.addEventListener("pointerup", ({ clientX, clientY }) => {
  if (!held || Math.hypot(clientX - held.clientX, clientY - held.clientY) < FAR_PX) return;
  const { item } = calendar.getEventById(held.id)?.extendedProps ?? {};
  if (item) tell(whyFixed(item), "info");
});

filter.addEventListener("change", () => calendar.refetchEvents());
document.body.addEventListener("changed", () => { calendar.refetchEvents(); });
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.requestConfig.verb !== "get") panel.hide();
});
