// Colours and fonts of charts, from the style sheet: a canvas knows no custom properties.
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Calls back when light becomes dark or the other way round; returns what ends that. */
export function onScheme(listener) {
  dark.addEventListener("change", listener);
  return () => dark.removeEventListener("change", listener);
}

export function theme() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    text: value("--muted"),
    strong: value("--text"),
    grid: value("--line"),
    mark: value("--mark"),
    bad: value("--bad"),
    font: `12px ${value("--font")}`,
    series: [1, 2, 3, 4, 5, 6].map((i) => value(`--series-${i}`)),
  };
}

/** Dashes tell series apart where colours don't. */
export const DASHES = [[], [8, 4], [2, 3], [12, 3, 2, 3], [5, 2], [1, 4]];
