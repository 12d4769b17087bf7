// The match rate of each source: a chart of those that matter most now, and all of them in a table.
import { useMemo, useState } from "preact/hooks";
import { number, percent, time, words } from "./format.js";
import { html } from "./html.js";
import { concerns } from "./incidents.js";
import { added, grouped, rate, starts, undecided } from "./sums.js";
import { Table } from "./table.js";
import { TimeChart } from "./timechart.js";

const MOST_LINES = 6;
/** As many rows are shown at first, and as many on request. */
const FIRST_ROWS = 8;
const MOST_ROWS = 200;
/** What counts as now; the windows on show before that are what it is compared with. */
const NOW_WINDOWS = 6;
/** A change of fewer decided verdicts says nothing. */
const LEAST_DECIDED = 10;

/**
 * @param windows of single sources, oldest first
 * @param marks of the chart, swaps those of them that have a line beneath it
 */
export function Sources({ windows, size, marks, swaps, alarms, serving, plugins }) {
  const { all, sources } = useMemo(() => sourcesOf(windows, size, alarms, serving), [windows, size, alarms, serving]);
  const [open, setOpen] = useState(false);
  const tasks = new Set(sources.map((each) => each.task)).size;
  const name = ({ source, task }) => (tasks > 1 ? `${source}, ${words(task)}` : source);
  const lines = sources.slice(0, MOST_LINES).map((each, colour) => ({ label: name(each), colour, values: each.rates }));
  return html`
    <div class="charts"><div class="wide">
      <${TimeChart} title=${`Matches among decided verdicts${sources.length > MOST_LINES ? `, ${MOST_LINES} of ${sources.length}${tasks > 1 ? " sources and tasks" : " sources"}` : ""}`}
        starts=${all} lines=${lines} format=${percent} range=${[0, 1]} marks=${marks} plugins=${plugins} />
      <p class="muted">A dashed line with a number: a version begins to serve. A line with “!”: an alarm is raised.</p>
      ${swaps.length > 0 && html`<ol class="swaps">${swaps.map((swap) => html`<li key=${swap.offset} value=${swap.number}>
        ${time(swap.effectiveAt)}: <strong>${swap.model}</strong> serves: ${swap.reason} <span class="muted">(${swap.by})</span></li>`)}</ol>`}
    </div></div>
    <${Table} label="Sources" heads=${["Source", "Task", "Match rate now", "Before", "Undecided", "Verdicts", ""]}
      rows=${sources.slice(0, open ? MOST_ROWS : FIRST_ROWS).map(rowOf)} />
    ${sources.length > FIRST_ROWS && html`<button type="button" class="quiet" aria-expanded=${open} onClick=${() => setOpen(!open)}>
      ${open ? "Fewer" : `Show all ${sources.length}`}</button>`}
    ${open && sources.length > MOST_ROWS && html`<p class="muted">${sources.length - MOST_ROWS} more have fewer verdicts: choose a source above.</p>`}
  `;
}

const rowOf = (each) => ({
  key: `${each.source} ${each.task}`,
  cells: [
    html`${each.source}${each.raised && html` <a class="badge non_match" href="#/alarms"><span aria-hidden="true">!</span> alarm</a>`}`,
    words(each.task),
    percent(each.now),
    percent(each.before),
    percent(each.undecided),
    number(each.verdicts),
    html`<a href=${`#/verdicts?${new URLSearchParams({ task: each.task, source: each.source })}`}>See them</a>`,
  ],
});

/** Those with an alarm about the version that serves first, then by the number of verdicts. */
function sourcesOf(windows, size, alarms, serving) {
  const all = starts(windows, size);
  const now = (all.at(-1) ?? 0) - NOW_WINDOWS * size;
  const raised = new Set(alarms.filter((each) => concerns(each, serving)).map((each) => `${each.source} ${each.task}`));
  const sources = [...grouped(windows, "source")].flatMap(([source, own]) =>
    [...grouped(own, "task")].map(([task, series]) => {
      const byStart = grouped(series, "startMs");
      const sums = added(series);
      return {
        source,
        task,
        raised: raised.has(`${source} ${task}`),
        rates: all.map((start) => rate(added(byStart.get(start) ?? []))),
        now: rate(added(series.filter((each) => each.startMs > now))),
        before: enough(added(series.filter((each) => each.startMs <= now))),
        undecided: undecided(series).share,
        verdicts: sums.verdicts,
      };
    }),
  );
  return { all, sources: sources.sort((a, b) => b.raised - a.raised || b.verdicts - a.verdicts) };
}

const enough = (sums) => (sums.matches + sums.nonMatches < LEAST_DECIDED ? null : rate(sums));
