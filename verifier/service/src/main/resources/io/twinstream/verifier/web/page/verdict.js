// One verdict: what came, what it was compared with, and what was said.
import { path } from "./api.js";
import { millis, score, time, words } from "./format.js";
import { html } from "./html.js";
import { Picture } from "./pictures.js";

const SIGNS = { MATCH: "✓", NON_MATCH: "✗", UNDECIDED: "?" };

const REASONS = {
  BLANK: "a picture without contrast",
  OUT_OF_DOMAIN: "a picture of another kind than the model was trained for",
};

export function VerdictRow({ verdict }) {
  const [best] = verdict.candidates;
  return html`<li class="verdict">
    <div class="pair">
      <${Picture} path=${`v1/probes/${path(verdict.partition, verdict.offset)}/image`} alt=${`probe ${verdict.probe}`} />
      <${Reference} verdict=${verdict} />
    </div>
    <div class="said">
      <p>
        <${OutcomeBadge} outcome=${verdict.outcome} />
        ${" "}<strong>${best?.subject ?? ""}</strong>
      </p>
      ${verdict.score == null
        ? html`<p>${REASONS[verdict.reason] ?? words(verdict.reason)}</p>`
        : html`<${ScoreBar} score=${verdict.score} threshold=${verdict.threshold} />`}
      ${verdict.outOfDomain && verdict.score != null && html`<p>${REASONS.OUT_OF_DOMAIN}</p>`}
      <p class="muted">${words(verdict.task)} from ${verdict.source} by <span class="model">${verdict.model}</span></p>
      <p class="muted">
        <time datetime=${new Date(verdict.decidedAtMs).toISOString()}>${time(verdict.decidedAtMs)}</time>
        ${" "}after ${millis(verdict.decidedAtMs - verdict.appendedAtMs)}
      </p>
      ${verdict.shadow && html`<p class="muted">${verdict.shadow.model} in the shadow: ${words(verdict.shadow.outcome)}</p>`}
    </div>
  </li>`;
}

export const OutcomeBadge = ({ outcome }) =>
  html`<span class=${`badge ${outcome.toLowerCase()}`}><span aria-hidden="true">${SIGNS[outcome]}</span> ${words(outcome)}</span>`;

/** A pair brought its own; else it is the best candidate's. */
function Reference({ verdict }) {
  const [best] = verdict.candidates;
  if (verdict.task === "PAIR") {
    const where = `v1/probes/${path(verdict.partition, verdict.offset)}/image?part=reference`;
    return html`<${Picture} path=${where} alt="what it was compared with" />`;
  }
  return best
    ? html`<${Picture} path=${referencePath(best.subject, best.reference)} alt=${`reference of ${best.subject}`} />`
    : html`<span class="picture none">none</span>`;
}

export const referencePath = (subject, reference) =>
  `v1/subjects/${path(subject)}/references/${path(reference)}/image`;

function ScoreBar({ score: value, threshold }) {
  return html`<div class="score">
    <span>${score(value)}</span>
    <span class="track" aria-hidden="true">
      <span class="filled" style=${{ width: `${100 * value}%` }} />
      <span class="threshold" style=${{ left: `${100 * threshold}%` }} />
    </span>
    <span class="muted"><span class="unseen">threshold</span> ${score(threshold)}</span>
  </div>`;
}
