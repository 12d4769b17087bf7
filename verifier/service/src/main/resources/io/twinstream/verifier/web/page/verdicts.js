// The latest verdicts with their pictures.
import { useEffect, useState } from "preact/hooks";
import { getJson, withQuery } from "./api.js";
import { Choice, Filters, filtersOf, setParameters } from "./filters.js";
import { words } from "./format.js";
import { html } from "./html.js";
import { Notice } from "./notice.js";
import { VerdictRow } from "./verdict.js";

const OUTCOMES = ["MATCH", "NON_MATCH", "UNDECIDED"];
const MOST_SHOWN = 30;
/** As many come at once, so that each can be seen and its pictures fetched. */
const MOST_NEW = 6;
const EVERY_MS = 2000;

export function Verdicts({ session, stream, route }) {
  const [paused, setPaused] = useState(false);
  const { parameters } = route;
  const { verdicts, error } = useVerdicts(stream, paused, { ...filtersOf(parameters), outcome: parameters.outcome });
  return html`
    <${Filters} view="verdicts" parameters=${parameters} sizes=${session.windowSizesMs}>
      <${Choice} label="Outcome" value=${parameters.outcome} values=${OUTCOMES} names=${words}
        onChange=${(outcome) => setParameters("verdicts", { ...parameters, outcome })} />
      <button type="button" aria-pressed=${paused} onClick=${() => setPaused(!paused)}>${paused ? "Go on" : "Pause"}</button>
    <//>
    ${error && html`<${Notice}>${error}<//>`}
    <p class="muted">The latest ${MOST_SHOWN} of a sample: at most ${MOST_NEW} new ones each ${EVERY_MS / 1000} seconds.</p>
    ${verdicts.length === 0 && html`<p class="empty">No verdicts yet.</p>`}
    <ul class="verdicts">
      ${verdicts.map((verdict) => html`<${VerdictRow} key=${keyOf(verdict)} verdict=${verdict} />`)}
    </ul>
  `;
}

const keyOf = (verdict) => `${verdict.partition}/${verdict.offset}`;

function useVerdicts(stream, paused, filters) {
  const [state, setState] = useState({ verdicts: [] });
  const { task, source, outcome } = filters;
  useEffect(() => {
    const gone = new AbortController();
    const load = () =>
      getJson(withQuery("v1/verdicts", { limit: MOST_SHOWN, ...filters }), gone.signal).then(
        (answer) => setState({ verdicts: answer.verdicts }),
        (failure) => !gone.signal.aborted && setState((before) => ({ ...before, error: failure.message })),
      );
    load();
    const off = stream.on("open", load);
    return () => {
      gone.abort();
      off();
    };
  }, [stream, task, source, outcome]);

  useEffect(() => {
    if (paused) {
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
        setState(({ verdicts }) => ({ verdicts: merged(shown, verdicts) }));
      }
    }, EVERY_MS);
    return () => {
      off();
      clearInterval(timer);
    };
  }, [stream, paused, task, source, outcome]);
  return state;
}

/** Newest first, each once. */
function merged(fresh, before) {
  const all = new Map([...fresh, ...before].map((verdict) => [keyOf(verdict), verdict]));
  return [...all.values()].sort((a, b) => b.decidedAtMs - a.decidedAtMs).slice(0, MOST_SHOWN);
}
