// Loss and accuracy over the steps of a run.
import { axis, Chart } from "./chart.js";
import { percent, score } from "./format.js";
import { html } from "./html.js";

/** @param history points with a step, and a loss, an accuracy or both */
export function RunCurves({ history }) {
  return html`<div class="charts">
    <${Curve} title="Loss" points=${history.filter((each) => each.loss != null)} value=${(each) => each.loss} format=${score} />
    <${Curve} title="One-shot accuracy on the validation images" format=${percent} range=${[0, 1]}
      points=${history.filter((each) => each.validationAccuracy != null)} value=${(each) => each.validationAccuracy} />
  </div>`;
}

function Curve({ title, points, value, format, range }) {
  const values = points.map(value);
  const options = (colours) => ({
    scales: { x: { time: false }, y: range ? { range } : {} },
    axes: [axis(colours, {}), axis(colours, { size: 64, values: (_, all) => all.map(format) })],
    cursor: { drag: { x: false, y: false } },
    series: [
      { label: "step" },
      { label: title, stroke: colours.series[0], width: 2, value: (_, each) => format(each) },
    ],
  });
  return html`<${Chart} title=${title} summary=${values.length ? `Last: ${format(values[values.length - 1])}` : "None yet."}
    shape="" options=${options} data=${[points.map((each) => each.step), values]} />`;
}
