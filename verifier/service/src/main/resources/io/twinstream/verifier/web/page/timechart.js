// A chart of lines over time.
import { axis, Chart, last } from "./chart.js";
import { zone } from "./format.js";
import { html } from "./html.js";
import { DASHES } from "./theme.js";

const VALUE_AXIS_SIZE = 64;
const LEAST_SECONDS = 60;
const RIGHT = 32;

/**
 * @param starts in milliseconds
 * @param lines [{label, values, colour}], colour being a place in the theme's series
 * @param format of values
 * @param range of values, [low, high]; null for what the values need from 0 on
 */
export function TimeChart({ title, starts, lines, format, range, marks, plugins = [] }) {
  const shape = lines.map((line) => `${line.label}/${line.colour}`).join();
  const options = (colours) => ({
    scales: {
      x: { range: times },
      y: { range: range ?? ((_, __, high) => [0, high > 0 ? high * 1.1 : 1]) },
    },
    axes: [
      axis(colours, { space: 70, values: "{HH}:{mm}:{ss}" }),
      axis(colours, { size: VALUE_AXIS_SIZE, values: (_, values) => values.map(format) }),
    ],
    // The last time's label needs room.
    padding: [null, RIGHT, null, null],
    legend: { live: true },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    series: [
      { label: `time, ${zone()}`, value: (u, value) => clock(value ?? u.data[0].at(-1)) },
      ...lines.map((line) => ({
        label: line.label,
        stroke: colours.series[line.colour],
        dash: DASHES[line.colour],
        width: 2,
        // A line goes from window to window: one that stands alone is a point, or nobody would see it.
        points: { show: false, filter: (u, i) => alone(u.data[i]) },
        spanGaps: false,
        // Untouched, the legend says the latest.
        value: (u, value, i, at) => format(at == null ? last(u.data[i]) : value),
      })),
    ],
    plugins: plugins.map((plugin) => plugin(colours)),
  });
  const summary = lines.map((line) => `${line.label}: ${format(last(line.values))}`).join(", ");
  return html`<${Chart}
    title=${title}
    summary=${summary}
    shape=${shape}
    options=${options}
    data=${[starts.map((start) => start / 1000), ...lines.map((line) => line.values)]}
    marks=${marks}
  />`;
}

/** From the first window's start to the last one's end, and a minute at least. uPlot itself makes a day of a lone point. */
function times(u, from) {
  const starts = u.data[0];
  const step = starts.length > 1 ? starts[1] - starts[0] : 0;
  return [from, Math.max((starts.at(-1) ?? from) + step, from + LEAST_SECONDS)];
}

/** The places of the values without a neighbour. */
const alone = (values) =>
  [...values.keys()].filter((i) => values[i] != null && values[i - 1] == null && values[i + 1] == null);

function clock(seconds) {
  return seconds == null ? "–" : new Date(1000 * seconds).toLocaleTimeString(undefined, { hourCycle: "h23", hour: "2-digit", minute: "2-digit", second: "2-digit" });
}
