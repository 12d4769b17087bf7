// Training runs, the latest first, and the curves of one.
import { dateTime, duration, number, percent, score, words } from "./format.js";
import { useData } from "./hooks.js";
import { html } from "./html.js";
import { Notice } from "./notice.js";
import { Table } from "./table.js";
import { path } from "./api.js";
import { RunCurves } from "./curves.js";

export function Training({ stream, route }) {
  const { value, error } = useData(stream, "v1/training-runs", "training-runs");
  const runs = value?.runs ?? [];
  const shown = runs.find((run) => run.id === route.parameters.run) ?? runs[0];
  return html`
    ${error && html`<${Notice}>${error}<//>`}
    ${value && runs.length === 0 && html`<p class="empty">No version has been trained yet.</p>`}
    ${runs.length > 0 && html`<${Table} label="Runs" heads=${["Version", "State", "Run", "Progress", "Loss", "Accuracy", "Last report"]}
      rows=${runs.map((run) => rowOf(run, run === shown))} />`}
    ${shown && html`<${RunDetails} key=${shown.id} stream=${stream} run=${shown} />`}
  `;
}

const rowOf = (run, chosen) => ({
  key: run.id,
  chosen,
  cells: [
    html`<a href=${`#/training?run=${encodeURIComponent(run.id)}`}>${run.model}</a>`,
    words(run.state),
    html`<span class="muted">${run.id}</span>`,
    html`<progress value=${run.step} max=${run.steps || 1} aria-label=${`Steps of ${run.model}`} /> ${number(run.step)}\u00a0of\u00a0${number(run.steps)}
      ${run.remainingMs > 0 && html` <span class="muted">${duration(run.remainingMs)} left</span>`}`,
    score(run.loss),
    percent(run.validationAccuracy),
    dateTime(run.time),
  ],
});

function RunDetails({ stream, run }) {
  const { value, error } = useData(stream, `v1/training-runs/${path(run.id)}`, "training-runs");
  return html`<section aria-label=${`Training of ${run.model}`}>
    <h2>Training of ${run.model} <span class="muted">(${run.id})</span></h2>
    ${run.reason && html`<p>${words(run.state)}: ${run.reason}</p>`}
    ${error && html`<${Notice}>${error}<//>`}
    ${value && html`<${RunCurves} history=${value.history} />`}
  </section>`;
}
