// Numbers, times and names as people read them.
const ZONED = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short" };
const clock = new Intl.DateTimeFormat(undefined, ZONED);
const dated = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", day: "numeric", ...ZONED });
const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const NONE = "–";
const LEAST_PLAIN = 0.0001;
/** A number and its unit stay on one line. */
const GAP = "\u00a0";

/** The time of day with its zone. */
export const time = (value) => clock.format(new Date(value));

/** Day and time with its zone. */
export const dateTime = (value) => (value ? dated.format(new Date(value)) : NONE);

/** The zone of every time on the page, as "UTC" or "GMT+2". */
export const zone = () =>
  new Intl.DateTimeFormat(undefined, { timeZoneName: "short" }).formatToParts(new Date()).find((part) => part.type === "timeZoneName").value;

/** Whole from 100 on, else three digits; what is tiny as 1.2 × 10⁻⁹. */
export function number(value) {
  if (value == null) {
    return NONE;
  }
  const size = Math.abs(value);
  if (size >= 100) {
    return plain.format(value);
  }
  return size === 0 || size >= LEAST_PLAIN ? fine.format(value) : tiny(value);
}

function tiny(value) {
  const [digits, exponent] = value.toExponential(1).split("e");
  return `${Number(digits)} × 10${[...exponent].map((each) => (each === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[each])).join("")}`;
}

export const percent = (share) => (share == null ? NONE : `${fine.format(100 * share)}${GAP}%`);

/** Three digits, but never 1 or 0 for what is only near to it. */
export function score(value) {
  if (value == null) {
    return NONE;
  }
  const digits = value > 0.9995 ? Math.min(7, Math.ceil(-Math.log10(1 - value || 1e-7))) : 3;
  return value.toFixed(Math.max(3, digits));
}

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
  return minutes < 60 ? `${minutes}${GAP}min` : `${Math.floor(minutes / 60)}${GAP}h ${minutes % 60}${GAP}min`;
}

export function bytes(count) {
  if (count == null) {
    return NONE;
  }
  if (count < 1e3) {
    return `${count}${GAP}${count === 1 ? "byte" : "bytes"}`;
  }
  return count < 1e6 ? `${fine.format(count / 1e3)}${GAP}kB` : `${fine.format(count / 1e6)}${GAP}MB`;
}

const SAID = { NON_MATCH: "no match", PREDECESSOR: "served before", PENDING_SERVING: "will serve", PENDING_SHADOW: "shadow to be" };

/** NON_MATCH as "no match", other names in small letters. */
export const words = (name) => SAID[name] ?? String(name ?? "").toLowerCase().replaceAll("_", " ");
