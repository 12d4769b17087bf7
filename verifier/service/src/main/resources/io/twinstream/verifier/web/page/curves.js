// Loss and accuracy over the steps of a run.
import { axis, Chart, last } from "./chart.js";
import { number, percent, score } from "./format.js";
import { html } from "./html.js";

/** @param history points with a step, and a loss, an accuracy or both */
export function RunCurves({ history }) {
  return html`<div class="charts">
    <${Curve} title="Loss" label="loss" points=${history.filter((each) => each.loss != null)} value=${(each) => each.loss} format=${score} />
    <${Curve} title="One-shot accuracy on the validation images" label="accuracy" format=${percent} range=${[0, 1]}
      points=${history.filter((each) => each.validationAccuracy != null)} value=${(each) => each.validationAccuracy} />
  </div>`;
}

function Curve({ title, label, points, value, format, range }) {
  const values = points.map(value);
  const options = (colours) => ({
    scales: { x: { time: false }, y: range ? { range } : {} },
    axes: [axis(colours, {}), axis(colours, { size: 64, values: (_, all) => all.map(format) })],
    cursor: { drag: { x: false, y: false } },
    series: [
      { label: "step", value: (u, each) => number(each ?? u.data[0].at(-1)) },
      { label, stroke: colours.series[0], width: 2, value: (u, each, i, at) => format(at == null ? last(u.data[i]) : each) },
    ],
  });
  return html`<${Chart} title=${title} summary=${values.length ? `Last: ${format(values[values.length - 1])}` : "None yet."}
    shape="" options=${options} data=${[points.map((each) => each.step), values]} />`;
}
