// Whether all is well, the match rate of each source, then throughput, latency and scores of all of them, and one verifier.
import { useMemo, useState } from "preact/hooks";
import { Choice, Filters, filtersOf, setParameters } from "./filters.js";
import { duration, millis, number, percent, words } from "./format.js";
import { Status, useGroup } from "./group.js";
import { ScoreHistogram } from "./histogram.js";
import { useData, useEvent } from "./hooks.js";
import { html } from "./html.js";
import { LagChart } from "./lag.js";
import { Notice } from "./notice.js";
import { Sources } from "./sources.js";
import { added, grouped, latency, rate, starts } from "./sums.js";
import { alarmsWithin, swapMarks, swapsWithin } from "./swaps.js";
import { TimeChart } from "./timechart.js";
import { useSourceWindows, useWindows } from "./windows.js";

const MOST_LINES = 6;
const PLUGINS = [swapMarks];

export function Overview({ session, stream, route, alarms, unread }) {
  const { windowSizesMs: sizes } = session;
  const group = useGroup(stream);
  return html`
    ${sizes.length > 0
      ? html`<${Watched} sizes=${sizes} stream=${stream} route=${route} alarms=${alarms} unread=${unread} group=${group} />`
      : html`<${Status} group=${group.value} error=${group.error} models=${group.models} alarms=${alarms} unread=${unread} />
        <${Notice}>This verifier counts no windows: its setting verifier.windows is false.<//>`}
    <${OneVerifier} stream=${stream} />
  `;
}

function Watched({ sizes, stream, route, alarms, unread, group }) {
  const { parameters } = route;
  const size = Number(parameters.size) || sizes[0];
  const filters = filtersOf(parameters);
  const found = useWindows(stream, size, size === sizes[0], filters);
  const bySource = useSourceWindows(stream, size, filters);
  const { value } = useData(stream, "v1/models/activations", "models");
  const activations = value?.activations ?? [];
  const shown = [parameters.task && words(parameters.task), parameters.source].filter(Boolean).join(", ");
  return html`
    <${Status} group=${group.value} error=${group.error} models=${group.models} alarms=${alarms} unread=${unread} found=${found} size=${size} shown=${shown} />
    <${Filters} view="overview" parameters=${parameters} sizes=${sizes}>
      <${Choice} label="Window" value=${String(size)} values=${sizes.map(String)} names=${(ms) => duration(Number(ms))}
        all="" onChange=${(value) => setParameters("overview", { ...parameters, size: value })} />
    <//>
    <${Shortcomings} found=${found} />
    <${Charts} found=${found} bySource=${bySource.windows} size=${size} activations=${activations} alarms=${alarms ?? []} serving=${group.value?.serving} />
  `;
}

function Charts({ found, bySource, size, activations, alarms, serving }) {
  const [chosen, setChosen] = useState("");
  const { windows } = found;
  const series = useMemo(() => seriesOf(windows, size), [windows, size]);
  const swaps = useMemo(
    () => swapsWithin(activations, series.starts[0] ?? Infinity, (series.starts.at(-1) ?? 0) + size),
    [activations, series, size],
  );
  const marks = useMemo(
    () => [...swaps, ...alarmsWithin(alarms, series.starts[0] ?? Infinity, (series.starts.at(-1) ?? 0) + size)],
    [swaps, alarms, series, size],
  );
  if (!windows.length) {
    return html`<p class="empty">${found.read ? "No verdicts in the windows on show. Charts begin with the first probes that come." : found.error ? "" : "Reading."}</p>`;
  }
  const model = series.models.includes(chosen) ? chosen : series.models[series.models.length - 1];
  const tasks = series.tasks.get(model);
  return html`
    <h2>Match rate by source</h2>
    <${Sources} windows=${bySource} size=${size} marks=${marks} swaps=${swaps} alarms=${alarms} serving=${serving} plugins=${PLUGINS} />
    <h2>All sources together</h2>
    <div class="charts">
      <${TimeChart} title="Match rate by version: matches among matches and non-matches" starts=${series.starts} lines=${series.rates}
        format=${percent} range=${[0, 1]} marks=${marks} plugins=${PLUGINS} />
      <${TimeChart} title="Verdicts a second, by all verifiers" starts=${series.starts} lines=${series.throughput} format=${number} marks=${swaps} plugins=${PLUGINS} />
      <${TimeChart} title="Time from a probe's append to its verdict" starts=${series.starts} lines=${series.latencies} format=${millis} marks=${swaps} plugins=${PLUGINS} />
      ${[...tasks].map(([task, sums]) => html`<${ScoreHistogram} key=${task} task=${task} model=${model} sums=${sums} />`)}
    </div>
    ${series.models.length > 1 &&
    html`<${Choice} label="Scores of" value=${model} values=${series.models} all="" onChange=${setChosen} />`}
  `;
}

function Shortcomings({ found }) {
  return html`
    ${found.error && html`<${Notice}>${found.error}<//>`}
    ${found.missing.length > 0 && html`<${Notice}>No answer from ${found.missing.join(", ")}: their part is not in the figures.<//>`}
    ${found.truncated && html`<${Notice}>There are more windows than a request gives; the oldest are not shown.<//>`}
  `;
}

/** By itself, so that its event, which comes each second, draws no other chart anew. */
function OneVerifier({ stream }) {
  const service = useEvent(stream, "service");
  const figures = service
    ? [
        ["serving", service.serving],
        ["gallery", `${number(service.gallerySize)} references`],
        ["probes a second", number(service.probesPerSecond)],
        ["not fetched yet", number(service.lag)],
        ["probes in a batch", number(service.averageBatch)],
        ["embed a batch", millis(service.embedMillis)],
        ["match a probe", millis(service.matchMillis)],
      ]
    : [];
  return html`<section class="one" aria-label="This verifier alone">
    <h2>This verifier alone${service && html`: <span class="host">${service.instance}</span>`}</h2>
    <p class="muted">Its share of the work. Another verifier of the group has other figures.</p>
    <dl class="figures">
      ${figures.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>
    ${service?.waiting && html`<${Notice}>Probes wait here: ${service.waiting}<//>`}
    ${service && !service.ready && html`<${Notice}>${service.instance} is not ready; its topology is ${words(service.state)}.<//>`}
    <div class="charts"><${LagChart} stream=${stream} /></div>
  </section>`;
}

/** What the charts show. The window that is filling has no throughput yet. */
function seriesOf(windows, size) {
  const all = starts(windows, size);
  const byStart = grouped(windows, "startMs");
  const byModel = grouped(windows, "model");
  const models = [...byModel.keys()].slice(-MOST_LINES);
  const sums = all.map((start) => added(byStart.get(start) ?? []));
  const rates = models.map((model, colour) => {
    const own = grouped(byModel.get(model), "startMs");
    return { label: model, colour, values: all.map((start) => rate(added(own.get(start) ?? []))) };
  });
  const whole = (each, i) => (i < all.length - 1 ? (each.verdicts * 1000) / size : null);
  const quantile = (share) => sums.map((each) => latency(each.latencies, share));
  const tasksOf = (model) => new Map([...grouped(byModel.get(model), "task")].map(([task, own]) => [task, added(own)]));
  return {
    starts: all,
    models,
    tasks: new Map(models.map((model) => [model, tasksOf(model)])),
    rates,
    throughput: [{ label: "verdicts/s", colour: 0, values: sums.map(whole) }],
    latencies: [
      { label: "half within", colour: 0, values: quantile(0.5) },
      { label: "99 % within", colour: 1, values: quantile(0.99) },
    ],
  };
}
