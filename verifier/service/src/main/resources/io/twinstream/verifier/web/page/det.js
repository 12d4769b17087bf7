// The detection error trade-off of a release (ISO/IEC 19795-1): FNMR over FMR, both on normal-deviate axes.
import { axis, Chart } from "./chart.js";
import { deviate, rates } from "./errors.js";
import { number, percent } from "./format.js";
import { html } from "./html.js";

const FMR_TICKS = [0.0001, 0.001, 0.01, 0.05, 0.2, 0.4];
const FNMR_TICKS = [0.001, 0.01, 0.05, 0.2, 0.4, 0.6, 0.8];
const HEIGHT = 300;
const VALUE_AXIS_SIZE = 64;
const DOT = 5;

export function DetCurve({ model, targetFmr }) {
  const curve = curveOf(model);
  const point = operatingPoint(model, curve, targetFmr);
  const options = (colours) => ({
    scales: { x: { time: false, range: ends(FMR_TICKS) }, y: { range: ends(FNMR_TICKS) } },
    axes: [ticked(colours, "FMR in %", FMR_TICKS), { ...ticked(colours, "FNMR in %", FNMR_TICKS), size: VALUE_AXIS_SIZE }],
    legend: { show: false },
    cursor: { show: false },
    series: [{}, { label: "FNMR", stroke: colours.series[0], width: 2, points: { show: false } }],
    hooks: { draw: [(u) => u.marks.forEach((mark) => drawPoint(u, mark, colours))] },
  });
  const title = point
    ? `Errors by threshold, as measured on all impostors; the dot is the one at work, ${point.threshold.toFixed(3)}: FMR ${percent(point.fmr)}, FNMR ${percent(point.fnmr)}`
    : "Errors by threshold, as measured on all impostors";
  return html`<${Chart} title=${title} shape="" height=${HEIGHT} options=${options}
    data=${[curve.map((each) => deviate(each.fmr)), curve.map((each) => deviate(each.fnmr))]} marks=${point ? [point] : []} />`;
}

/** From the histograms, and the rates that the release states: the last bin holds more than a straight line can tell. */
function curveOf({ histograms, evaluation }) {
  const stated = Object.entries(evaluation).flatMap(([name, fnmr]) => {
    const [, fmr] = /^fnmr@fmr=([\d.eE-]+)$/.exec(name) ?? [];
    return fmr ? [{ fmr: Number(fmr), fnmr }] : [];
  });
  return [...rates(histograms.genuine, histograms.impostor), ...stated]
    .filter(({ fmr, fnmr }) => fmr > 0 && fmr < 1 && fnmr > 0 && fnmr < 1)
    .sort((a, b) => a.fmr - b.fmr);
}

/**
 * On the curve, at the rate that all impostors have at the threshold for the target, or at the next stricter one. Undefined where
 * the curve doesn't reach.
 */
function operatingPoint({ fmrTable, lookAlikeFmrTable, impostors }, curve, targetFmr) {
  const pooled = rowFor(fmrTable ?? [], targetFmr);
  const lookAlike = impostors === "pooled" ? undefined : rowFor(lookAlikeFmrTable ?? [], targetFmr);
  const row = lookAlike && lookAlike.threshold > (pooled?.threshold ?? 0) ? { ...lookAlike, fmr: pooledFmr(fmrTable, lookAlike.threshold) } : pooled;
  const right = row ? curve.findIndex(({ fmr }) => fmr >= row.fmr) : -1;
  if (right < 0 || (right === 0 && curve[0].fmr > row.fmr)) {
    return undefined;
  }
  const high = curve[right];
  const low = curve[Math.max(0, right - 1)];
  const share = (row.fmr - low.fmr) / (high.fmr - low.fmr || 1);
  return { ...row, fnmr: low.fnmr + share * (high.fnmr - low.fnmr) };
}

const rowFor = (table, targetFmr) => table.filter(({ fmr }) => fmr <= targetFmr * (1 + 1e-9)).sort((a, b) => b.fmr - a.fmr)[0];

/** The rate of all impostors at a threshold: the logarithm is linear in the threshold's logit between two rows. */
function pooledFmr(fmrTable, threshold) {
  const rows = [...fmrTable].sort((a, b) => b.fmr - a.fmr);
  const above = rows.findIndex((row) => row.threshold >= threshold);
  if (above <= 0) {
    return rows[above < 0 ? rows.length - 1 : 0].fmr;
  }
  const [high, low] = [rows[above - 1], rows[above]];
  const part = (logOdds(threshold) - logOdds(high.threshold)) / (logOdds(low.threshold) - logOdds(high.threshold) || 1);
  return high.fmr * (low.fmr / high.fmr) ** part;
}

const logOdds = (score) => Math.log(score / (1 - score));

const ends = (ticks) => [deviate(ticks[0]), deviate(ticks[ticks.length - 1])];

const ticked = (colours, label, ticks) =>
  axis(colours, {
    label,
    labelSize: 20,
    splits: () => ticks.map(deviate),
    values: () => ticks.map((share) => number(100 * share)),
    filter: (_, splits) => splits,
  });

function drawPoint(u, { fmr, fnmr }, colours) {
  const ratio = devicePixelRatio;
  u.ctx.save();
  u.ctx.fillStyle = colours.mark;
  u.ctx.beginPath();
  u.ctx.arc(u.valToPos(deviate(fmr), "x", true), u.valToPos(deviate(fnmr), "y", true), DOT * ratio, 0, 2 * Math.PI);
  u.ctx.fill();
  u.ctx.restore();
}
