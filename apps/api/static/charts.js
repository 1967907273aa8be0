// Charts of a channel: each [data-chart] is drawn from #figures, in the page's colours, and drawn
// anew when its width or the theme changes. `uPlot` is vendor/uplot.min.js's.

const figures = JSON.parse(document.getElementById("figures").dataset.figures);
const zone = document.body.dataset.zone;
// A variable's colour as a canvas takes it: variables of variables are worked out by an element.
const probe = document.body.appendChild(Object.assign(document.createElement("i"), { hidden: true }));
const css = (name) => {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
};
const whole = (n) => Math.round(n).toLocaleString("en").replaceAll(",", "\u202f");
const timed = (options) => {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
  return (seconds) => format.format(seconds * 1000);
};
const day = timed({ day: "numeric", month: "short" });
const moment = timed({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

// Told apart without red and green: blue, orange, teal, pink, grey.
const LINES = ["--tblr-primary", "--tblr-orange", "--tblr-teal", "--tblr-pink", "--tblr-secondary"];

// --- What each kind shows ---

const kinds = {
  members: ({ at, values }) => ({
    data: [at, values],
    series: [{ ...line(0), fill: faded("--tblr-primary") }],
    x: { time: true },
    tip: (n) => [values[n] === undefined ? "" : `${whole(values[n])} members`, moment(at[n])],
  }),
  posts: ({ at, values, names }) => ({
    data: [values.map((_, n) => n), values],
    series: [{ ...line(0), fill: css("--tblr-primary"), width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [.7, 28], radius: .15 }) }],
    x: { time: false, range: [-.6, values.length - .4] },
    label: (n) => (Number.isInteger(n) && n in at ? day(at[n]) : ""),
    fromZero: true,
    tip: (n) => [`${whole(values[n])} views`, moment(at[n]), names[n]],
  }),
  curves: ({ ages, lines }) => ({
    data: [ages, ...lines.map((each) => each.values)],
    series: lines.map((_, n) => line(n)),
    x: { time: false },
    label: (age) => `${age} h`,
    fromZero: true,
    tip: (n) => [`after ${ages[n]} h`, ...lines.map((each, place) => each.values[n] === null ? null : { place, name: each.name || moment(each.at), value: whole(each.values[n]) })],
  }),
};

const line = (n) => ({ stroke: css(LINES[n]), width: 2, points: { show: false }, spanGaps: false });
const faded = (name) => `color-mix(in srgb, ${css(name)} 12%, transparent)`;

// --- Drawing ---

function axes({ label }) {
  const shared = { stroke: css("--tblr-secondary"), font: `12px ${getComputedStyle(document.body).fontFamily}`, ticks: { show: false } };
  const grid = { stroke: css("--tblr-border-color"), width: 1 };
  return [
    { ...shared, grid: { show: false }, size: 28, gap: 8, space: 64, values: (_, splits) => splits.map(label ?? day) },
    { ...shared, grid, size: 56, space: 44, values: (_, splits) => splits.map(whole) },
  ];
}

function options(kind, box) {
  const y = kind.fromZero ? { range: (_, __, most) => [0, (most || 1) * 1.08] } : { range: roomy };
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    padding: [8, 12, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
    scales: { x: kind.x, y },
    axes: axes(kind),
    series: [{}, ...kind.series],
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    hooks: { setCursor: [(plot) => pointed(plot, kind)], ready: [(plot) => plot.over.addEventListener("mouseleave", () => tipOf(plot).hidden = true)] },
  };
}

// A count that hardly moves is no mountain range.
function roomy(_, least, most) {
  const room = Math.max((most - least) * .15, most * .002, 1);
  return [Math.max(0, least - room), most + room];
}

function tipOf(plot) {
  plot.tip ??= plot.over.appendChild(Object.assign(document.createElement("div"), { className: "ch-tip", hidden: true }));
  return plot.tip;
}

function pointed(plot, kind) {
  const tip = tipOf(plot), { idx, left } = plot.cursor;
  tip.hidden = idx === null || idx === undefined || left < 0;
  if (tip.hidden) return;
  const [first, ...rest] = kind.tip(idx);
  tip.replaceChildren(Object.assign(document.createElement("b"), { textContent: first }), ...rest.filter(Boolean).map(row));
  const width = tip.offsetWidth, right = left + width + 24 > plot.over.clientWidth;
  tip.style.left = `${Math.max(0, right ? left - width - 12 : left + 12)}px`;
  tip.style.top = "0.5rem";
}

function row(told) {
  const made = document.createElement("span");
  if (typeof told === "string") {
    made.textContent = told;
    return made;
  }
  const dot = document.createElement("i");
  dot.style.background = css(LINES[told.place]);
  made.append(dot, Object.assign(document.createElement("em"), { textContent: told.name }), told.value);
  return made;
}

// --- The page ---

const drawn = new Map();

function draw(box) {
  drawn.get(box)?.destroy();
  const kind = kinds[box.dataset.chart](figures[box.dataset.chart]);
  drawn.set(box, new uPlot(options(kind, box), kind.data, box));
}

const boxes = [...document.querySelectorAll("[data-chart]")];
boxes.forEach(draw);
const sized = new ResizeObserver((entries) => entries.forEach(({ target }) => drawn.get(target).setSize({ width: target.clientWidth, height: target.clientHeight })));
boxes.forEach((box) => sized.observe(box));
new MutationObserver(() => boxes.forEach(draw)).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
