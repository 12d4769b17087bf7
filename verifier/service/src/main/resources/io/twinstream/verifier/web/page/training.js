// Training runs, the latest first, and the curves of one.
import { dateTime, duration, number, percent, score, words } from "./format.js";
import { useData } from "./hooks.js";
import { html } from "./html.js";
import { Notice } from "./notice.js";
import { path } from "./api.js";
import { RunCurves } from "./curves.js";

export function Training({ stream, route }) {
  const { value, error } = useData(stream, "v1/training-runs", "training-runs");
  const runs = value?.runs ?? [];
  const shown = runs.find((run) => run.id === route.parameters.run) ?? runs[0];
  return html`
    ${error && html`<${Notice}>${error}<//>`}
    ${value && runs.length === 0 && html`<p class="empty">No training runs on the topic.</p>`}
    ${runs.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label="Runs"><table>
      <thead><tr><th>Run</th><th>State</th><th>Version</th><th>Progress</th><th>Loss</th><th>Accuracy</th><th>Told at</th></tr></thead>
      <tbody>${runs.map((run) => html`<${Run} key=${run.id} run=${run} chosen=${run === shown} />`)}</tbody>
    </table></div>`}
    ${shown && html`<${RunDetails} key=${shown.id} stream=${stream} run=${shown} />`}
  `;
}

function Run({ run, chosen }) {
  return html`<tr class=${chosen ? "chosen" : ""}>
    <th scope="row"><a href=${`#/training?run=${encodeURIComponent(run.id)}`}>${run.id}</a></th>
    <td>${words(run.state)}</td>
    <td>${run.model}</td>
    <td><progress value=${run.step} max=${run.steps || 1} aria-label=${`Steps of ${run.id}`} /> ${number(run.step)} of ${number(run.steps)}
      ${run.remainingMs > 0 && html` <span class="muted">${duration(run.remainingMs)} left</span>`}</td>
    <td>${score(run.loss)}</td>
    <td>${percent(run.validationAccuracy)}</td>
    <td>${dateTime(run.time)}</td>
  </tr>`;
}

function RunDetails({ stream, run }) {
  const { value, error } = useData(stream, `v1/training-runs/${path(run.id)}`, "training-runs");
  return html`<section aria-label=${run.id}>
    <h2>${run.id}</h2>
    ${run.reason && html`<p>${words(run.state)}: ${run.reason}</p>`}
    ${error && html`<${Notice}>${error}<//>`}
    ${value && html`<${RunCurves} history=${value.history} />`}
  </section>`;
}
