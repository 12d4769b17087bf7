// Numbers, times and names as people read them.
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dated = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const NONE = "–";
/** A number and its unit stay on one line. */
const GAP = "\u00a0";

export const time = (value) => clock.format(new Date(value));

export const dateTime = (value) => (value ? dated.format(new Date(value)) : NONE);

/** Whole from 100 on, else three digits. */
export const number = (value) => (value == null ? NONE : Math.abs(value) >= 100 ? plain.format(value) : fine.format(value));

export const percent = (share) => (share == null ? NONE : `${fine.format(100 * share)}${GAP}%`);

export const score = (value) => (value == null ? NONE : value.toFixed(3));

export function millis(value) {
  if (value == null) {
    return NONE;
  }
  return value < 1000 ? `${number(value)}${GAP}ms` : duration(value);
}

export function duration(ms) {
  const seconds = ms / 1000;
  if (seconds < 60) {
    return `${fine.format(seconds)}${GAP}s`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes}${GAP}min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function bytes(count) {
  if (count == null) {
    return NONE;
  }
  return count < 1e6 ? `${fine.format(count / 1e3)}${GAP}kB` : `${fine.format(count / 1e6)}${GAP}MB`;
}

/** NON_MATCH as "non match". */
export const words = (name) => String(name ?? "").toLowerCase().replaceAll("_", " ");
