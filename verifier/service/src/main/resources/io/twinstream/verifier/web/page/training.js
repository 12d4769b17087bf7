// Training runs, the latest first, the curves of one, and orders about them.
import { useState } from "preact/hooks";
import { dateTime, duration, number, percent, score, words } from "./format.js";
import { useData } from "./hooks.js";
import { html } from "./html.js";
import { Notice, Outcome } from "./notice.js";
import { CancelDialog, RunDialog } from "./runs.js";
import { Table } from "./table.js";
import { path } from "./api.js";
import { RunCurves } from "./curves.js";

const FINAL = ["PUBLISHED", "REFUSED", "FAILED", "CANCELLED"];

export function Training({ session, stream, route }) {
  const { value, error, reload } = useData(stream, "v1/training-runs", "training-runs");
  const runs = value?.runs ?? [];
  const models = useData(stream, "v1/models", "models").value?.models ?? [];
  const [order, setOrder] = useState(undefined);
  const [outcome, setOutcome] = useState("");
  const operates = session.training && session.role === "operate";
  const closed = (text) => {
    setOrder(undefined);
    if (text) {
      setOutcome(text);
      reload();
    }
  };
  const shown = runs.find((run) => run.id === route.parameters.run) ?? runs[0];
  return html`
    ${error && html`<${Notice}>${error}<//>`}
    ${operates && html`<div class="bar"><button type="button" onClick=${() => setOrder({})}>Train a version</button></div>`}
    <${Outcome} text=${outcome} />
    ${value && runs.length === 0 && html`<p class="empty">No version has been trained yet.</p>`}
    ${runs.length > 0 && html`<${Table} label="Runs" heads=${["Version", "State", "Run", "Progress", "Loss", "Accuracy", "Last report"]}
      rows=${runs.map((run) => rowOf(run, run === shown))} />`}
    ${shown && html`<${RunDetails} key=${shown.id} stream=${stream} run=${shown}
      onCancel=${operates && !FINAL.includes(shown.state) && (() => setOrder({ run: shown }))} />`}
    ${order && (order.run
      ? html`<${CancelDialog} run=${order.run} onClose=${closed} />`
      : html`<${RunDialog} models=${models} onClose=${closed} />`)}
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

function RunDetails({ stream, run, onCancel }) {
  const { value, error } = useData(stream, `v1/training-runs/${path(run.id)}`, "training-runs");
  return html`<section aria-label=${`Training of ${run.model}`}>
    <h2>Training of ${run.model} <span class="muted">(${run.id})</span></h2>
    ${onCancel && html`<div class="buttons"><button type="button" class="danger" onClick=${onCancel}>Cancel the run</button></div>`}
    ${run.reason && html`<p>${words(run.state)}: ${run.reason}</p>`}
    ${error && html`<${Notice}>${error}<//>`}
    ${value && html`<${RunCurves} history=${value.history} />`}
  </section>`;
}
