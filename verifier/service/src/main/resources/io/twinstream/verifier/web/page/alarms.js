// What has left the normal, raised alarms first.
import { dateTime, number, percent, score, words } from "./format.js";
import { html } from "./html.js";

const ABOUT = { MATCH_RATE: "match rate", SCORES: "scores", DOMAIN: "kind of pictures" };

/** @param alarms undefined until they are read */
export function Alarms({ alarms }) {
  if (!alarms) {
    return html`<p class="empty">Reading.</p>`;
  }
  return alarms.length === 0
    ? html`<p class="empty">No alarms.</p>`
    : html`<ul class="alarms">${alarms.map((alarm) => html`<${Alarm} key=${alarm.id} alarm=${alarm} />`)}</ul>`;
}

function Alarm({ alarm }) {
  const raised = alarm.state === "RAISED";
  const share = alarm.kind !== "SCORES";
  return html`<li class=${raised ? "raised" : ""}>
    <p><span class=${`badge ${raised ? "non_match" : "match"}`}><span aria-hidden="true">${raised ? "!" : "✓"}</span> ${words(alarm.state)}</span>
      ${" "}<strong>${ABOUT[alarm.kind] ?? words(alarm.kind)} of ${alarm.model}</strong>, ${words(alarm.task)} from ${alarm.source}</p>
    <p>${alarm.reason}</p>
    <dl class="figures">
      <div><dt>observed</dt><dd>${share ? percent(alarm.observed) : score(alarm.observed)}</dd></div>
      <div><dt>expected</dt><dd>${share ? percent(alarm.expected) : score(alarm.expected)}</dd></div>
      <div><dt>statistic</dt><dd>${number(alarm.statistic)}</dd></div>
      <div><dt>bound</dt><dd>${number(alarm.bound)}</dd></div>
      <div><dt>raised</dt><dd>${dateTime(alarm.raisedAtMs)}</dd></div>
      ${!raised && html`<div><dt>cleared</dt><dd>${dateTime(alarm.clearedAtMs)}</dd></div>`}
    </dl>
  </li>`;
}
