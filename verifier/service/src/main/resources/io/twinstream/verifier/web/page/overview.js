// Match rate, throughput, latency, lag and scores.
import { useMemo, useState } from "preact/hooks";
import { useData, useEvent } from "./hooks.js";
import { Choice, Filters, filtersOf, setParameters } from "./filters.js";
import { duration, millis, number, percent, time } from "./format.js";
import { html } from "./html.js";
import { LagChart } from "./lag.js";
import { Notice } from "./notice.js";
import { ScoreHistogram } from "./histogram.js";
import { added, grouped, latency, rate, starts } from "./sums.js";
import { swapMarks, swapsWithin } from "./swaps.js";
import { TimeChart } from "./timechart.js";
import { useWindows } from "./windows.js";

const MOST_LINES = 6;
const PLUGINS = [swapMarks];

export function Overview({ session, stream, route }) {
  const { windowSizesMs: sizes } = session;
  return html`
    <${Service} stream=${stream} />
    ${sizes.length > 0
      ? html`<${Watched} sizes=${sizes} stream=${stream} route=${route} />`
      : html`<${Notice}>This verifier counts no windows: its setting verifier.windows is false.<//>`}
  `;
}

function Watched({ sizes, stream, route }) {
  const size = Number(route.parameters.size) || sizes[0];
  const found = useWindows(stream, size, size === sizes[0], filtersOf(route.parameters));
  const { value: activations } = useData(stream, "v1/models/activations", "models");
  return html`
    <${Filters} view="overview" parameters=${route.parameters} sizes=${sizes}>
      <${Choice} label="Window" value=${String(size)} values=${sizes.map(String)} names=${(ms) => duration(Number(ms))}
        all="" onChange=${(value) => setParameters("overview", { ...route.parameters, size: value })} />
    <//>
    <${Shortcomings} found=${found} />
    <${Charts} windows=${found.windows} size=${size} activations=${activations?.activations ?? []} stream=${stream} />
  `;
}

function Charts({ windows, size, activations, stream }) {
  const [chosen, setChosen] = useState("");
  const series = useMemo(() => seriesOf(windows, size), [windows, size]);
  const swaps = useMemo(
    () => swapsWithin(activations, series.starts[0] ?? Infinity, (series.starts.at(-1) ?? 0) + size),
    [activations, series, size],
  );
  if (!windows.length) {
    return html`<p class="empty">No verdicts in the windows on show.</p>`;
  }
  const model = series.models.includes(chosen) ? chosen : series.models[series.models.length - 1];
  return html`
    <div class="charts">
      <div class="wide">
        <${TimeChart} title="Match rate by version: matches among matches and non-matches" starts=${series.starts} lines=${series.rates}
          format=${percent} range=${[0, 1]} marks=${swaps} plugins=${PLUGINS} />
        <${SwapList} swaps=${swaps} />
      </div>
      <${TimeChart} title="Verdicts a second" starts=${series.starts} lines=${series.throughput} format=${number} marks=${swaps} plugins=${PLUGINS} />
      <${TimeChart} title="From append to verdict" starts=${series.starts} lines=${series.latencies} format=${millis} marks=${swaps} plugins=${PLUGINS} />
      <${LagChart} stream=${stream} />
      <div>
        <${ScoreHistogram} model=${model} sums=${series.sums.get(model)} />
        ${series.models.length > 1 &&
        html`<${Choice} label="Scores of" value=${model} values=${series.models} all="" onChange=${setChosen} />`}
      </div>
    </div>
  `;
}

function SwapList({ swaps }) {
  return swaps.length > 0 && html`<ol class="swaps">
    ${swaps.map((swap) => html`<li key=${swap.offset} value=${swap.number}>
      ${time(swap.effectiveAt)}: <strong>${swap.model}</strong> serves: ${swap.reason} <span class="muted">(${swap.by})</span>
    </li>`)}
  </ol>`;
}

function Shortcomings({ found }) {
  return html`
    ${found.error && html`<${Notice}>${found.error}<//>`}
    ${found.missing.length > 0 && html`<${Notice}>No answer from ${found.missing.join(", ")}: their part is not in the figures.<//>`}
    ${found.truncated && html`<${Notice}>There are more windows than a request gives; the oldest are not shown.<//>`}
  `;
}

/** By itself, so that its event, which comes each second, draws no chart anew. */
function Service({ stream }) {
  const service = useEvent(stream, "service");
  const figures = service
    ? [
        ["serving", service.serving],
        ["gallery", number(service.gallerySize)],
        ["probes a second", number(service.probesPerSecond)],
        ["lag", number(service.lag)],
        ["batch", number(service.averageBatch)],
        ["embed a batch", millis(service.embedMillis)],
        ["match a probe", millis(service.matchMillis)],
      ]
    : [];
  return html`
    <dl class="figures" aria-label="This verifier now">
      ${figures.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>
    ${service?.waiting && html`<${Notice}>Probes wait: ${service.waiting}<//>`}
    ${service && !service.ready && html`<${Notice}>${service.instance} is not ready; its topology is ${service.state}.<//>`}
  `;
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
  return {
    starts: all,
    models,
    sums: new Map(models.map((model) => [model, added(byModel.get(model))])),
    rates,
    throughput: [{ label: "verdicts/s", colour: 0, values: sums.map(whole) }],
    latencies: [
      { label: "p50", colour: 0, values: quantile(0.5) },
      { label: "p99", colour: 1, values: quantile(0.99) },
    ],
  };
}
