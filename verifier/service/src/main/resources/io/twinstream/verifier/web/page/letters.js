// What couldn't be judged: the picture as it came, and why.
import { useEffect } from "preact/hooks";
import { path } from "./api.js";
import { bytes, dateTime, words } from "./format.js";
import { useData } from "./hooks.js";
import { html } from "./html.js";
import { Notice } from "./notice.js";
import { Picture } from "./pictures.js";

const MOST_SHOWN = 20;
/** No event announces a dead letter, so they are asked for. */
const EVERY_MS = 10_000;

export function DeadLetters({ stream }) {
  const { value, error, reload } = useData(stream, `v1/dead-letters?limit=${MOST_SHOWN}`);
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && reload(), EVERY_MS);
    return () => clearInterval(timer);
  }, [reload]);
  const letters = value?.letters ?? [];
  return html`
    ${error && html`<${Notice}>${error}<//>`}
    <p class="muted">The latest ${MOST_SHOWN} records that couldn't be judged.</p>
    ${value && letters.length === 0 && html`<p class="empty">No dead letters.</p>`}
    <ul class="verdicts">
      ${letters.map((letter) => html`<${Letter} key=${`${letter.partition}/${letter.offset}`} letter=${letter} />`)}
    </ul>
  `;
}

/** A key may be a probe's id as well as a source, so it is told as no more than a key. */
const whose = ({ probe, source, key }) =>
  [probe ? `probe ${probe}` : "without an id", source ? ` from ${source}` : "", !source && key ? `, under the key ${key}` : ""].join("");

function Letter({ letter }) {
  const { record } = letter;
  return html`<li class="verdict">
    <div class="pair">
      <${Picture} path=${`v1/dead-letters/${path(letter.partition, letter.offset)}/image`} alt=${`picture of ${letter.probe ?? "the record"}`} />
    </div>
    <div class="said">
      <p><span class="badge undecided"><span aria-hidden="true">?</span> ${words(letter.reason)}</span></p>
      <p>${letter.message}</p>
      <p class="muted">${whose(letter)}</p>
      <p class="muted"><time datetime=${new Date(letter.atMs).toISOString()}>${dateTime(letter.atMs)}</time>, ${bytes(letter.bytes)}${
        record && html`, ${record.topic}-${record.partition} at ${record.offset}`}</p>
    </div>
  </li>`;
}
