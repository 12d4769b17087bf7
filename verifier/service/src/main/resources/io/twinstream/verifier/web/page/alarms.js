// What has left the normal, incident by incident, raised ones first.
import { dateTime, duration, number, percent, words } from "./format.js";
import { useData } from "./hooks.js";
import { html } from "./html.js";
import { advice, incidents, sentence, sourcesOf, told, verdictsOf } from "./incidents.js";
import { Notice } from "./notice.js";
import { Table } from "./table.js";

const ABOUT = { MATCH_RATE: "match rate", SCORES: "scores", DOMAIN: "kind of pictures" };

/**
 * @param alarms undefined until they are read
 * @param unread why they can't be read
 */
export function Alarms({ alarms, unread, stream }) {
  const { value: activations } = useData(stream, "v1/models/activations", "models");
  if (!alarms) {
    return unread ? html`<${Notice}>${unread}<//>` : html`<p class="empty">Reading.</p>`;
  }
  return alarms.length === 0
    ? html`<p class="empty">No alarms: no source has left what is usual for it.</p>`
    : html`<ul class="alarms">${incidents(alarms).map((incident) => html`<${Incident} key=${incident.alarms[0].id}
        incident=${incident} activations=${activations?.activations ?? []} />`)}</ul>`;
}

function Incident({ incident, activations }) {
  const { alarms, raised, fromMs, toMs } = incident;
  const models = [...new Set(alarms.map((each) => each.model))];
  return html`<li class=${raised ? "raised" : ""}>
    <h2><span class=${`badge ${raised ? "non_match" : "match"}`}><span aria-hidden="true">${raised ? "!" : "✓"}</span> ${raised ? "raised" : "cleared"}</span>
      ${" "}${told(incident)}</h2>
    <p class="muted">Raised ${dateTime(fromMs)}${!raised && `, cleared after ${duration(toMs - fromMs)}`}; by ${models.join(", ")}</p>
    <ul class="plain">${alarms.map((alarm) => html`<li key=${alarm.id}>${capital(sentence(alarm))}
      ${alarms.length > 1 && raised && alarm.state !== "RAISED" && html` <span class="muted">Cleared.</span>`}</li>`)}</ul>
    <p><strong>What to do</strong></p>
    <ul>${advice(incident, activations).map((each) => html`<li key=${each}>${each}</li>`)}</ul>
    <p class="links">${sourcesOf(alarms).map((source) => html`<a key=${source} href=${verdictsOf(incident, source)}>Verdicts of ${source} at that time</a>`)}</p>
    <details><summary>Statistics</summary>
      <${Table} label="Statistics" heads=${["About", "Source", "Task", "Version", "Observed", "Usual", "Statistic", "Bound", "Window"]}
        rows=${alarms.map(statistics)} />
      ${alarms.map((alarm) => html`<p key=${alarm.id} class="muted">${alarm.reason}</p>`)}
    </details>
  </li>`;
}

function statistics(alarm) {
  const shown = alarm.kind === "SCORES" ? number : percent;
  return {
    key: alarm.id,
    cells: [
      ABOUT[alarm.kind] ?? words(alarm.kind),
      alarm.source,
      words(alarm.task),
      alarm.model,
      shown(alarm.observed),
      shown(alarm.expected),
      number(alarm.statistic),
      number(alarm.bound),
      `${dateTime(alarm.windowStartMs)}, ${duration(alarm.windowSizeMs)}`,
    ],
  };
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);
