// Times of the reader's zone. A wall time there is written "2026-03-01T09:00:00", without an offset.

export const zone = document.body.dataset.zone;

const clock = new Intl.DateTimeFormat("en-CA", {
  timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
  hour: "2-digit", minute: "2-digit", second: "2-digit",
});

export function wallOf(moment) {
  const at = Object.fromEntries(clock.formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${at.year}-${at.month}-${at.day}T${at.hour}:${at.minute}:${at.second}`;
}

const asIfUtc = (wall) => Date.parse(`${wall}Z`);

// A time that comes twice is its first; one that clocks leave out is as long after the change.
export function momentOf(wall) {
  const wanted = asIfUtc(wall);
  const offsets = [-1, 1].map((day) => asIfUtc(wallOf(wanted + day * 864e5)) - (wanted + day * 864e5));
  const fits = offsets.map((offset) => wanted - offset).filter((at) => asIfUtc(wallOf(at)) === wanted);
  return new Date(fits.length ? Math.min(...fits) : wanted - offsets[0]);
}

export const later = (wall, ms) => new Date(asIfUtc(wall) + ms).toISOString().slice(0, 19);
export const short = (wall) => wall.slice(11, 16);
