// What was judged of a picture: boxes over it, and beside it what is said of each.
import { score, words } from "./format.js";
import { html } from "./html.js";

/** So many regions are listed at once; more are behind a fold. */
const MOST_OPEN = 4;
/** The height of a box's number, as a share of the picture's longer side. */
const NUMBER_SHARE = 0.05;

const isMatch = ({ outcome }) => outcome === "MATCH";

/** Who a region shows: its subject, nobody, or why it isn't decided. */
export function whoOf({ outcome, reason, candidates }) {
  const name = candidates[0]?.subject;
  switch (outcome) {
    case "MATCH":
      return name ?? "the same";
    case "NON_MATCH":
      return name ? `not ${name}` : "not the same";
    default:
      return words(reason);
  }
}

/** One line for readers and for those who can't see the boxes: "3 regions found, 1 is erin". */
export function countOf(regions) {
  const matched = regions.filter(isMatch);
  const names = [...new Set(matched.map(whoOf))];
  const all = `${regions.length} ${regions.length === 1 ? "region" : "regions"} found`;
  return matched.length ? `${all}, ${matched.length} ${matched.length === 1 ? "is" : "are"} ${names.join(", ")}` : `${all}, no match`;
}

/**
 * Boxes over a picture that is fitted into its frame: the drawing is fitted by the same rule, at any size.
 *
 * @param width of the picture in its own pixels, upright
 */
export function Boxes({ regions, width, height }) {
  const size = NUMBER_SHARE * Math.max(width, height);
  return html`<svg class="boxes" viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="xMidYMid meet" aria-hidden="true">
    ${regions.map(({ box: [x, y, across, down], ...said }, index) => html`<g key=${index} class=${isMatch(said) ? "match" : "other"}>
      <rect class="halo" x=${x} y=${y} width=${across} height=${down} />
      <rect class="line" x=${x} y=${y} width=${across} height=${down} />
      ${regions.length > 1 && html`<text x=${inside(x + size / 4, width - size)} y=${inside(y + size, height, size)} font-size=${size}>${index + 1}</text>`}
    </g>`)}
  </svg>`;
}

/** Keeps the number of a box that reaches over an edge in the picture. */
const inside = (place, most, least = 0) => Math.max(least, Math.min(most, place));

/** What is said of each region, numbered as its box is. */
export function RegionItems({ regions }) {
  return html`<ol class="regions">${regions.map((each, index) => html`<li key=${index} class=${isMatch(each) ? "match" : "other"}>
    <strong>${whoOf(each)}</strong>${each.score != null && html` ${score(each.score)}`}
    <span class="muted">, found ${score(each.found)}</span></li>`)}</ol>`;
}

/** The regions of a verdict, behind a fold where they are many. */
export const RegionList = ({ regions }) => html`<details open=${regions.length <= MOST_OPEN}>
  <summary>${countOf(regions)}</summary>
  <${RegionItems} regions=${regions} />
</details>`;
