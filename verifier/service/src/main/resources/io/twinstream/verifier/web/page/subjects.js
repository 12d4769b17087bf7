// Who is enrolled: found by any part of the name, a page at a time.
import { useEffect, useRef, useState } from "preact/hooks";
import { path, request, withQuery } from "./api.js";
import { Dialog } from "./dialog.js";
import { Enrolment } from "./enrolment.js";
import { number, words } from "./format.js";
import { useData } from "./hooks.js";
import { html } from "./html.js";
import { Notice, Outcome } from "./notice.js";
import { Enlarged, Picture } from "./pictures.js";
import { referencePath } from "./verdict.js";

const PAGE = 24;
const MOST_THUMBNAILS = 4;
const TYPING_MS = 250;
/** Verifiers follow the topic: what was ordered shows a moment later. */
const FOLLOW_MS = [500, 1500, 3000, 6000];

export function Subjects({ session, stream }) {
  const [part, setPart] = useState("");
  const [afters, setAfters] = useState([""]);
  const [outcome, setOutcome] = useState("");
  const [erasing, setErasing] = useState(undefined);
  const after = afters[afters.length - 1];
  const { value, error, reload } = useData(stream, withQuery("v1/subjects", { contains: part, after, limit: PAGE }));
  const follow = useFollow(reload);
  const subjects = value?.subjects ?? [];
  const mayWrite = session.role === "operate" && session.enrolment;

  const done = (text) => {
    setOutcome(text);
    follow();
  };
  const closed = (text) => {
    setErasing(undefined);
    if (text) {
      done(text);
    }
  };
  return html`
    ${mayWrite && html`<${Enrolment} onDone=${done} />`}
    ${session.role === "operate" && !session.enrolment &&
    html`<${Notice}>Nobody can be enrolled or erased here: the verifier's setting verifier.ingest.url names no ingest.<//>`}
    <${Outcome} text=${outcome} />
    <${Unusable} stream=${stream} shard=${session.shard} />
    <div class="bar">
      <${Search} onChange=${(text) => {
        setPart(text);
        setAfters([""]);
      }} />
      <span class="muted">${value && `${number(value.total)} subjects in all`}${session.shard && `, in this verifier's part of the gallery, ${session.shard}`}</span>
    </div>
    ${error && html`<${Notice}>${error}<//>`}
    ${value && subjects.length === 0 && html`<p class="empty">No subjects${part && ` with “${part}” in their names`}.</p>`}
    <ul class="subjects">
      ${subjects.map((each) => html`<${Subject} key=${each.subject} subject=${each} onErase=${mayWrite && setErasing} />`)}
    </ul>
    <${Pages} afters=${afters} setAfters=${setAfters} names=${subjects.map((each) => each.subject)} />
    ${erasing && html`<${Erasure} subject=${erasing} onClose=${closed} />`}
  `;
}

/** What was enrolled and isn't in the gallery is seen nowhere else. */
function Unusable({ stream, shard }) {
  const [afters, setAfters] = useState([""]);
  const after = afters[afters.length - 1];
  const { value } = useData(stream, withQuery("v1/unusable-references", { after, limit: PAGE }));
  if (!value || value.total === 0) {
    return "";
  }
  return html`<details class="unusable">
    <summary>${value.model} can't use ${number(value.total)} ${value.total === 1 ? "reference" : "references"}${shard && ` of this verifier's part of the gallery, ${shard}`}:
      ${" "}${Object.entries(value.byReason).map(([reason, count]) => `${number(count)} ${words(reason)}`).join(", ")}</summary>
    ${value.advice && html`<p>${value.advice}</p>`}
    <table><thead><tr><th>Reference</th><th>Reason</th></tr></thead><tbody>
      ${value.references.map((each) => html`<tr key=${each.key}><th scope="row">${each.key}</th>
        <td>${words(each.reason)}: ${each.message}</td></tr>`)}
    </tbody></table>
    <${Pages} afters=${afters} setAfters=${setAfters} names=${value.references.map((each) => each.key)} />
  </details>`;
}

/** Where all are on one page there is nothing to turn. */
function Pages({ afters, setAfters, names }) {
  const isFirst = afters.length === 1;
  const isLast = names.length < PAGE;
  return !(isFirst && isLast) && html`<div class="buttons">
    <button type="button" disabled=${isFirst} onClick=${() => setAfters(afters.slice(0, -1))}>Previous</button>
    <button type="button" disabled=${isLast} onClick=${() => setAfters([...afters, names.at(-1)])}>Next</button>
  </div>`;
}

function Search({ onChange }) {
  const timer = useRef();
  const typed = (event) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(onChange, TYPING_MS, event.target.value);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return html`<label class="field"><span>Any part of the name</span><input type="search" onInput=${typed} autocomplete="off" /></label>`;
}

function Subject({ subject: { subject, references }, onErase }) {
  const [all, setAll] = useState(false);
  const [enlarged, setEnlarged] = useState(undefined);
  const more = references.length - MOST_THUMBNAILS;
  return html`<li>
    <div class="thumbnails">
      ${references.slice(0, all ? references.length : MOST_THUMBNAILS).map((reference) => {
        const picture = { path: referencePath(subject, reference), alt: `reference ${reference} of ${subject}` };
        return html`<button type="button" key=${reference} class="opens" title=${reference} aria-label=${`Enlarge: ${picture.alt}`}
          onClick=${() => setEnlarged(picture)}><${Picture} ...${picture} /></button>`;
      })}
    </div>
    <p><strong>${subject}</strong><br /><span class="muted">${references.length === 1 ? "1 reference" : `${references.length} references`}</span>
      ${more > 0 && html`<br /><button type="button" class="quiet" aria-expanded=${all} onClick=${() => setAll(!all)}>${all ? "Fewer" : `Show all ${references.length}`}</button>`}</p>
    ${enlarged && html`<${Enlarged} pictures=${[enlarged]} onClose=${() => setEnlarged(undefined)} />`}
    ${onErase && html`<button type="button" class="quiet" onClick=${() => onErase({ subject, references })}
      aria-label=${`Erase ${subject}`}>Erase</button>`}
  </li>`;
}

function Erasure({ subject: { subject, references }, onClose }) {
  const erase = async ({ reference }) => {
    await request(withQuery(`v1/subjects/${path(subject)}`, { reference }), { method: "DELETE" });
    return reference ? `One reference of ${subject} is erased.` : `${subject} is erased.`;
  };
  return html`<${Dialog} title=${`Erase ${subject}?`} word="Erase" dangerous action=${erase} onClose=${onClose}
    fields=${references.length > 1 && html`<label class="field"><span>What</span>
      <select name="reference">
        <option value="">all ${references.length} references</option>
        ${references.map((each) => html`<option value=${each}>${each}</option>`)}
      </select></label>`}>
    <p>The pictures go from the topic of references. This can't be undone.</p>
  <//>`;
}

/** Calls back now and then for a while; a new start ends the one before. */
function useFollow(callback) {
  const timers = useRef([]);
  const stop = () => timers.current.forEach(clearTimeout);
  useEffect(() => stop, []);
  return () => {
    stop();
    timers.current = FOLLOW_MS.map((ms) => setTimeout(callback, ms));
  };
}
