// One verdict: what came, what it was compared with, and what was said.
import { useState } from "preact/hooks";
import { path } from "./api.js";
import { Feedback } from "./feedback.js";
import { dateTime, millis, score, words } from "./format.js";
import { html } from "./html.js";
import { share } from "./logit.js";
import { Enlarged, Picture } from "./pictures.js";
import { countOf, RegionList } from "./regions.js";

const SIGNS = { MATCH: "✓", NON_MATCH: "✗", UNDECIDED: "?" };

const REASONS = {
  BLANK: "The picture has no contrast.",
  OUT_OF_DOMAIN: "The picture is of another kind than the model was trained for.",
  NOTHING_FOUND: "Nothing that the model looks for was found in the picture.",
  UNKNOWN_SUBJECT: "Nobody is enrolled under the claimed name.",
  EMPTY_GALLERY: "Nobody is enrolled.",
};

/** @param mayTell whether the caller may say what is right */
export function VerdictRow({ verdict, mayTell }) {
  const [enlarged, setEnlarged] = useState(undefined);
  const { shadow, regions } = verdict;
  const probe = {
    path: `v1/probes/${path(verdict.partition, verdict.offset)}/image`,
    alt: `probe ${verdict.probe}${regions ? `: ${countOf(regions)}` : ""}`,
    regions,
  };
  const reference = referenceOf(verdict);
  return html`<li class="verdict">
    <div class="pair">
      <${Opening} picture=${probe} caption="probe" onOpen=${setEnlarged} />
      ${reference && html`<${Opening} picture=${reference} caption=${verdict.task === "PAIR" ? "other" : "reference"} onOpen=${setEnlarged} />`}
    </div>
    <div class="said">
      <p><${OutcomeBadge} outcome=${verdict.outcome} /> <strong>${saidOf(verdict)}</strong></p>
      ${verdict.score == null
        ? html`<p>${REASONS[verdict.reason] ?? `Not decided: ${words(verdict.reason)}.`}</p>`
        : html`<${ScoreBar} score=${verdict.score} threshold=${verdict.threshold} />`}
      ${verdict.outOfDomain && verdict.score != null && html`<p>${REASONS.OUT_OF_DOMAIN}</p>`}
      ${regions && html`<${RegionList} regions=${regions} />`}
      <p class="muted">${words(verdict.task)} from ${verdict.source} by <span class="model">${verdict.model}</span></p>
      <p class="muted">
        <time datetime=${new Date(verdict.decidedAtMs).toISOString()}>${dateTime(verdict.decidedAtMs)}</time>,
        ${" "}${millis(verdict.decidedAtMs - verdict.appendedAtMs)} after it came
      </p>
      <p class="muted">id <a class="id" href=${linkTo(verdict)}>${verdict.probe}</a></p>
      ${shadow && html`<p class=${agrees(verdict) ? "muted" : ""}>${shadow.model} in the shadow ${agrees(verdict) ? "says the same" : `says ${words(shadow.outcome)}${shadow.outcome === "MATCH" && shadow.subject ? `, ${shadow.subject}` : ""}`}</p>`}
      ${verdict.task === "IDENTIFY" && verdict.candidates.length > 0 && html`<${Candidates} verdict=${verdict} onOpen=${setEnlarged} />`}
      ${mayTell && html`<${Feedback} verdict=${verdict} />`}
    </div>
    ${enlarged && html`<${Enlarged} pictures=${[probe, enlarged.path === probe.path ? reference : enlarged].filter(Boolean)} onClose=${() => setEnlarged(undefined)} />`}
  </li>`;
}

export const OutcomeBadge = ({ outcome }) =>
  html`<span class=${`badge ${outcome.toLowerCase()}`}><span aria-hidden="true">${SIGNS[outcome]}</span> ${words(outcome)}</span>`;

/** What the verdict says of the picture, without the figures. */
export function saidOf({ task, outcome, candidates, reason }) {
  const name = candidates[0]?.subject;
  switch (`${task} ${outcome}`) {
    case "CLAIM MATCH":
    case "IDENTIFY MATCH":
      return name;
    case "CLAIM NON_MATCH":
      return `not ${name}`;
    case "IDENTIFY NON_MATCH":
      return name ? `nobody; nearest ${name}` : "nobody";
    case "PAIR MATCH":
      return "the same in both pictures";
    case "PAIR NON_MATCH":
      return "not the same in both pictures";
    default:
      return reason === "UNKNOWN_SUBJECT" ? "claimed name unknown" : name ? `${name} or not` : "";
  }
}

/** Of a match it counts who it is. */
const agrees = ({ outcome, candidates, shadow }) =>
  shadow.outcome === outcome && (outcome !== "MATCH" || !shadow.subject || shadow.subject === candidates[0]?.subject);

/** The address at which this verdict alone is shown, for as long as it is kept. */
export const linkTo = ({ probe, source, appendedAtMs }) =>
  `#/verdicts?${new URLSearchParams({ source, from: appendedAtMs, to: appendedAtMs + 1, probe })}`;

function Opening({ picture, caption, onOpen }) {
  return html`<button type="button" class="opens" aria-label=${`Enlarge: ${picture.alt}`} onClick=${() => onOpen(picture)}>
    <${Picture} ...${picture} />${caption && html`<span class="caption" aria-hidden="true">${caption}</span>`}</button>`;
}

/** A pair brought its own; else it is the best candidate's. */
function referenceOf(verdict) {
  const [best] = verdict.candidates;
  if (verdict.task === "PAIR") {
    const where = `v1/probes/${path(verdict.partition, verdict.offset)}/image?part=reference`;
    return { path: where, alt: "what it was compared with" };
  }
  return best && { path: referencePath(best.subject, best.reference), alt: `reference of ${best.subject}` };
}

/** The pictures are fetched only once it is open. */
function Candidates({ verdict, onOpen }) {
  const [open, setOpen] = useState(false);
  const { candidates } = verdict;
  return html`<details onToggle=${(event) => setOpen(event.target.open)}>
    <summary>${candidates.length === 1 ? "The only candidate" : `All ${candidates.length} candidates`}</summary>
    ${open && html`<ol class="candidates">${candidates.map((each) => html`<li key=${`${each.subject}/${each.reference}`}>
      <${Opening} picture=${{ path: referencePath(each.subject, each.reference), alt: `reference of ${each.subject}` }} onOpen=${onOpen} />
      <span>${each.subject}<br /><span class="muted">${score(each.score)}</span></span></li>`)}</ol>`}
  </details>`;
}

export const referencePath = (subject, reference) =>
  `v1/subjects/${path(subject)}/references/${path(reference)}/image`;

function ScoreBar({ score: value, threshold }) {
  return html`<div class="score">
    <span><span class="unseen">score</span> ${score(value)}</span>
    <span class="track" aria-hidden="true">
      <span class="filled" style=${{ width: `${100 * share(value)}%` }} />
      <span class="threshold" style=${{ left: `${100 * share(threshold)}%` }} />
    </span>
    <span class="muted">threshold ${score(threshold)}</span>
  </div>`;
}
