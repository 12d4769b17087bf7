// Task and source, kept in the address.
import { useEffect, useState } from "preact/hooks";
import { getJson, withQuery } from "./api.js";
import { html } from "./html.js";
import { words } from "./format.js";

export const TASKS = ["PAIR", "CLAIM", "IDENTIFY"];
const MOST_SOURCES = 200;

/** Those of the route's parameters that say what is on show. */
export const filtersOf = ({ task, source }) => ({ task, source });

/** Puts parameters into the address; an empty one is taken out. */
export function setParameters(view, parameters) {
  location.hash = withQuery(`/${view}`, parameters);
}

/** A choice among values with "all" first. */
export function Choice({ label, value, values, names = String, all = "all", onChange }) {
  return html`<label class="field"><span>${label}</span>
    <select value=${value ?? ""} onChange=${(event) => onChange(event.target.value)}>
      ${all && html`<option value="">${all}</option>`}
      ${values.map((each) => html`<option value=${each} selected=${each === value}>${names(each)}</option>`)}
    </select>
  </label>`;
}

export function Filters({ view, parameters, sizes, children }) {
  const sources = useSources(sizes);
  const all = [...new Set([...sources, parameters.source].filter(Boolean))];
  const change = (name) => (value) => setParameters(view, { ...parameters, [name]: value });
  return html`<div class="bar">
    <${Choice} label="Task" value=${parameters.task} values=${TASKS} names=${words} onChange=${change("task")} />
    <${Choice} label="Source" value=${parameters.source} values=${all} onChange=${change("source")} />
    ${children}
  </div>`;
}

/** The sources of the latest windows of the largest size. */
function useSources(sizes) {
  const [sources, setSources] = useState([]);
  const size = sizes[sizes.length - 1];
  useEffect(() => {
    if (!size) {
      return undefined;
    }
    const gone = new AbortController();
    const from = Date.now() - 3 * size;
    getJson(withQuery("v1/match-windows", { size, from }), gone.signal)
      .then(({ windows }) => setSources([...new Set(windows.map((each) => each.source))].sort().slice(0, MOST_SOURCES)))
      .catch(() => setSources([]));
    return () => gone.abort();
  }, [size]);
  return sources;
}
