// Verdicts by score, in a hundred bins, with the thresholds that they were judged by. The axis is one of log odds, as scores
// lie near 0 and 1.
import uPlot from "uplot";
import { axis, Chart } from "./chart.js";
import { number, score, words } from "./format.js";
import { html } from "./html.js";
import { logit, MOST_LOGIT } from "./logit.js";
import { SCORE_BINS } from "./sums.js";

/** The edges of the bins, the outermost as far as the axis goes. */
const EDGES = Array.from({ length: SCORE_BINS + 1 }, (_, i) => logit(i / SCORE_BINS));
const TICKS = [0.01, 0.1, 0.5, 0.9, 0.99, 0.999];

/** @param sums of windows of one task, see added */
export function ScoreHistogram({ sums, model, task }) {
  const counts = Array.from({ length: SCORE_BINS }, (_, i) => sums.scores[i] ?? 0);
  const { thresholdMin, thresholdMax } = sums;
  const thresholds =
    thresholdMin === thresholdMax ? score(thresholdMin) : `${score(thresholdMin)} to ${score(thresholdMax)}`;
  const total = counts.reduce((a, b) => a + b, 0);
  const options = (colours) => ({
    scales: {
      x: { time: false, range: [-MOST_LOGIT, MOST_LOGIT] },
      y: { range: (_, __, high) => [0, high > 0 ? high * 1.1 : 1] },
    },
    axes: [
      axis(colours, { splits: () => TICKS.map(logit), values: () => TICKS.map(String), filter: (_, splits) => splits }),
      axis(colours, { size: 64, values: (_, values) => values.map(number) }),
    ],
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    series: [
      { label: "score", value: (_, __, ___, at) => (at == null ? "all" : binned(at)) },
      {
        label: "verdicts",
        stroke: colours.series[0],
        fill: colours.series[0],
        width: 1,
        paths: uPlot.paths.stepped({ align: 1 }),
        points: { show: false },
        value: (u, value, i, at) => number(at == null ? u.data[i].slice(0, SCORE_BINS).reduce((a, b) => a + b, 0) : value),
      },
    ],
    hooks: { draw: [(u) => drawThreshold(u, colours)] },
  });
  return html`<${Chart}
    title=${`Scores, ${words(task)}, by ${model}; threshold ${thresholds} dashed`}
    summary=${`${number(total)} verdicts with a score`}
    shape=""
    options=${options}
    data=${[EDGES, [...counts, counts.at(-1)]]}
    marks=${[...new Set([thresholdMin, thresholdMax])]}
  />`;
}

function binned(bin) {
  const from = Math.min(bin, SCORE_BINS - 1) / SCORE_BINS;
  return `${from.toFixed(2)} to ${(from + 1 / SCORE_BINS).toFixed(2)}`;
}

function drawThreshold(u, colours) {
  const ratio = devicePixelRatio;
  u.ctx.save();
  u.ctx.strokeStyle = colours.mark;
  u.ctx.lineWidth = 2 * ratio;
  u.ctx.setLineDash([6 * ratio, 4 * ratio]);
  for (const threshold of u.marks) {
    const x = Math.round(u.valToPos(logit(threshold), "x", true));
    u.ctx.beginPath();
    u.ctx.moveTo(x, u.bbox.top);
    u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
    u.ctx.stroke();
  }
  u.ctx.restore();
}
