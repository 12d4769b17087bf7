// Verdicts with their pictures: the latest as they come, or those of a time.
import { useEffect, useState } from "preact/hooks";
import { getJson, withQuery } from "./api.js";
import { Choice, Filters, filtersOf, setParameters } from "./filters.js";
import { dateTime, words, zone } from "./format.js";
import { html } from "./html.js";
import { Notice } from "./notice.js";
import { VerdictRow } from "./verdict.js";

const OUTCOMES = ["MATCH", "NON_MATCH", "UNDECIDED"];
const MOST_SHOWN = 30;
/** The most that the API gives; of them one probe is found. */
const MOST_READ = 200;
/** As many come at once, so that each can be seen and its pictures fetched. */
const MOST_NEW = 6;
const EVERY_MS = 2000;
const MINUTE_MS = 60_000;

export function Verdicts({ session, stream, route }) {
  const [paused, setPaused] = useState(false);
  const { parameters } = route;
  const { from, to } = parameters;
  const ofTime = Boolean(from || to);
  const filters = { ...filtersOf(parameters), outcome: parameters.outcome };
  const { verdicts, error, read } = useVerdicts(stream, paused || ofTime, filters, from, to);
  const shown = verdicts.filter((each) => !parameters.probe || each.probe === parameters.probe);
  const mayTell = session.role === "operate" && session.enrolment;
  const change = (changed) => setParameters("verdicts", { ...parameters, probe: undefined, ...changed });
  return html`
    <${Filters} view="verdicts" parameters=${{ ...parameters, probe: undefined }} sizes=${session.windowSizesMs}>
      <${Choice} label="Outcome" value=${parameters.outcome} values=${OUTCOMES} names=${words} onChange=${(outcome) => change({ outcome })} />
      <${Moment} label="From" value=${from} onChange=${(value) => change({ from: value })} />
      <${Moment} label="To" value=${to} onChange=${(value) => change({ to: value })} />
      ${ofTime
        ? html`<button type="button" onClick=${() => change({ from: undefined, to: undefined })}>Show the latest</button>`
        : html`<button type="button" aria-pressed=${paused} onClick=${() => setPaused(!paused)}>${paused ? "Go on" : "Pause"}</button>`}
    <//>
    ${error && html`<${Notice}>${error}<//>`}
    <p class="muted">${ofTime ? spanOf(parameters) : `The latest ${MOST_SHOWN} of a sample: at most ${MOST_NEW} new ones each ${EVERY_MS / 1000} seconds.`}</p>
    ${read && shown.length === 0 && html`<p class="empty">${ofTime ? "No such verdicts are kept of that time." : shownOf(filters)}</p>`}
    <ul class="verdicts">
      ${shown.map((verdict) => html`<${VerdictRow} key=${keyOf(verdict)} verdict=${verdict} mayTell=${mayTell} />`)}
    </ul>
    ${ofTime && !parameters.probe && verdicts.length === MOST_SHOWN &&
    html`<div class="buttons"><button type="button" onClick=${() => change({ to: verdicts.at(-1).appendedAtMs })}>Earlier ones</button></div>`}
  `;
}

const shownOf = (filters) =>
  Object.values(filters).some(Boolean) ? "No such verdicts among the latest." : "No verdicts yet: each shows here as it comes.";

function spanOf({ from, to, probe }) {
  if (probe) {
    return html`The verdict on the probe <span class="id">${probe}</span>.`;
  }
  const parts = [from && `from ${dateTime(Number(from))}`, to && `to ${dateTime(Number(to))}`].filter(Boolean);
  return `Of probes that came ${parts.join(" ")}; the newest ${MOST_SHOWN} first.`;
}

/** A time to the minute in the zone of the browser; the address has milliseconds. */
function Moment({ label, value, onChange }) {
  const local = value ? new Date(Number(value) - new Date(Number(value)).getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 19) : "";
  return html`<label class="field"><span>${label}, ${zone()}</span>
    <input type="datetime-local" step="1" value=${local}
      onChange=${(event) => onChange(event.target.value ? new Date(event.target.value).getTime() : undefined)} /></label>`;
}

const keyOf = (verdict) => `${verdict.partition}/${verdict.offset}`;

function useVerdicts(stream, still, filters, from, to) {
  const [state, setState] = useState({ verdicts: [] });
  const { task, source, outcome } = filters;
  const ofTime = Boolean(from || to);
  useEffect(() => {
    const gone = new AbortController();
    const limit = Number(to) - Number(from) <= 1 ? MOST_READ : MOST_SHOWN;
    const load = () =>
      getJson(withQuery("v1/verdicts", { limit, ...filters, from, to }), gone.signal).then(
        (answer) => setState({ verdicts: answer.verdicts, read: true }),
        (failure) => !gone.signal.aborted && setState((before) => ({ ...before, error: failure.message })),
      );
    setState({ verdicts: [] });
    load();
    const off = ofTime ? () => {} : stream.on("open", load);
    return () => {
      gone.abort();
      off();
    };
  }, [stream, task, source, outcome, from, to]);

  useEffect(() => {
    if (still) {
      return undefined;
    }
    let fresh = [];
    const wanted = (verdict) =>
      (!outcome || verdict.outcome === outcome) && (!task || verdict.task === task) && (!source || verdict.source === source);
    const off = stream.on("verdicts", (event) => {
      fresh = [...event.verdicts.filter(wanted), ...fresh].slice(0, MOST_NEW);
    });
    const timer = setInterval(() => {
      if (fresh.length && !document.hidden) {
        const shown = fresh;
        fresh = [];
        setState(({ verdicts }) => ({ verdicts: merged(shown, verdicts), read: true }));
      }
    }, EVERY_MS);
    return () => {
      off();
      clearInterval(timer);
    };
  }, [stream, still, task, source, outcome]);
  return state;
}

/** Newest first, each once. */
function merged(fresh, before) {
  const all = new Map([...fresh, ...before].map((verdict) => [keyOf(verdict), verdict]));
  return [...all.values()].sort((a, b) => b.decidedAtMs - a.decidedAtMs).slice(0, MOST_SHOWN);
}
