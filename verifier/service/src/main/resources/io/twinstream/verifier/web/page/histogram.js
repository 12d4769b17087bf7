// Verdicts by score, in a hundred bins, with the thresholds that they were judged by.
import uPlot from "uplot";
import { axis, Chart } from "./chart.js";
import { number, score } from "./format.js";
import { html } from "./html.js";
import { SCORE_BINS } from "./sums.js";

const LEFT_EDGES = Array.from({ length: SCORE_BINS }, (_, i) => i / SCORE_BINS);

/** @param sums of windows, see added */
export function ScoreHistogram({ sums, model }) {
  const counts = LEFT_EDGES.map((_, i) => sums.scores[i] ?? 0);
  const { thresholdMin, thresholdMax } = sums;
  const thresholds =
    thresholdMin === thresholdMax ? score(thresholdMin) : `${score(thresholdMin)} to ${score(thresholdMax)}`;
  const options = (colours) => ({
    scales: {
      x: { time: false, range: [0, 1] },
      y: { range: (_, __, high) => [0, high > 0 ? high * 1.1 : 1] },
    },
    axes: [
      axis(colours, { space: 40 }),
      axis(colours, { size: 64, values: (_, values) => values.map(number) }),
    ],
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    series: [
      { label: "score", value: (_, value) => (value == null ? "–" : `${value.toFixed(2)} to ${(value + 0.01).toFixed(2)}`) },
      {
        label: "verdicts",
        stroke: colours.series[0],
        fill: colours.series[0],
        width: 0,
        paths: uPlot.paths.bars({ size: [0.9], align: 1 }),
        points: { show: false },
        value: (_, value) => number(value),
      },
    ],
    hooks: { draw: [(u) => drawThreshold(u, colours)] },
  });
  return html`<${Chart}
    title=${`Scores of ${model}; threshold ${thresholds} dashed`}
    summary=${`${number(counts.reduce((a, b) => a + b, 0))} verdicts with a score`}
    shape=""
    options=${options}
    data=${[LEFT_EDGES, counts]}
    marks=${[...new Set([thresholdMin, thresholdMax])]}
  />`;
}

function drawThreshold(u, colours) {
  const ratio = devicePixelRatio;
  u.ctx.save();
  u.ctx.strokeStyle = colours.mark;
  u.ctx.lineWidth = 2 * ratio;
  u.ctx.setLineDash([6 * ratio, 4 * ratio]);
  for (const threshold of u.marks) {
    const x = Math.round(u.valToPos(threshold, "x", true));
    u.ctx.beginPath();
    u.ctx.moveTo(x, u.bbox.top);
    u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
    u.ctx.stroke();
  }
  u.ctx.restore();
}
