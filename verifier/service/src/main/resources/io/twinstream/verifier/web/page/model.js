// One version: its verifiers, measures, error rates and activations.
import { DetCurve } from "./det.js";
import { bytes, dateTime, number, percent, score, words } from "./format.js";
import { useData } from "./hooks.js";
import { html } from "./html.js";
import { Notice } from "./notice.js";
import { Table } from "./table.js";

/**
 * @param roles what the version is now
 * @param refused whether no verifier can use it
 * @param onOrder takes serving or shadow; false where the caller may only read
 */
export function ModelDetails({ where, stream, session, roles, refused, onOrder }) {
  const { value: model, error } = useData(stream, where, "models");
  if (!model) {
    return error ? html`<${Notice}>${error}<//>` : html`<p class="empty">Reading.</p>`;
  }
  const is = (kind) => roles.some((role) => role.kind === kind);
  const may = (kind) => onOrder && !is("SERVING") && !is(kind);
  return html`<section aria-label=${`${model.name}/${model.version}`}>
    <h2>${model.name}/${model.version}${roles.length > 0 && ` – ${roles.map((role) => words(role.kind)).join(", ")}`}</h2>
    ${refused && html`<${Notice}>No verifier can use it: see below why.<//>`}
    <div class="buttons">
      ${may("PENDING_SERVING") && html`<button type="button" onClick=${() => onOrder("serving")}>Activate</button>`}
      ${may("SHADOW") && !refused && html`<button type="button" onClick=${() => onOrder("shadow")}>Put into the shadow</button>`}
    </div>
    <dl class="figures">
      <div><dt>published</dt><dd>${model.publishedAt ? dateTime(model.publishedAt) : "never; it comes with the verifier"}</dd></div>
      ${model.packageBytes != null && html`<div><dt>package</dt><dd>${bytes(model.packageBytes)}</dd></div>`}
      <div><dt>pictures of another kind</dt><dd>${model.knowsDomain == null ? "–" : model.knowsDomain ? "stay undecided" : "are judged like any"}</dd></div>
      ${model.thresholds && html`<div><dt>thresholds of all impostors</dt><dd>${restsOn(model.thresholds)}</dd></div>`}
      ${model.lookAlikeThresholds && html`<div><dt>thresholds of look-alikes</dt><dd>${restsOn(model.lookAlikeThresholds)}</dd></div>`}
      ${model.impostors && html`<div><dt>thresholds in force</dt><dd>those of ${model.impostors === "pooled" ? "all impostors" : "look-alikes, which share a group"}</dd></div>`}
      ${model.decision && html`<div><dt>gate</dt><dd>${model.decision}</dd></div>`}
      ${model.unproven && html`<div><dt>unproven</dt><dd>${model.unproven}</dd></div>`}
    </dl>
    <div class="charts">
      ${model.histograms && html`<${DetCurve} model=${model} targetFmr=${session.targetFmr} />`}
      <div>
        <h3>Measures</h3>
        ${isClaim(model) && html`<p class="muted">Claimed by its maker; nobody measured them when it was published.</p>`}
        <${Measures} evaluation=${model.evaluation} />
      </div>
      <div>
        <h3>Verifiers</h3>
        <${Table} label="Verifiers" heads=${["Verifier", "State", "Gallery", "Unusable references"]}
          rows=${model.instances.map((each) => ({
            key: each.instance,
            cells: [
              each.instance,
              `${words(each.state)}${each.reason ? `: ${each.reason}` : ""}`,
              number(each.gallerySize),
              html`<span title=${each.unusable.join("\n")}>${number(each.unusableReferences)}</span>`,
            ],
          }))} />
      </div>
      <div>
        <h3>Activations</h3>
        ${model.activations.length === 0 && html`<p class="empty">None.</p>`}
        <ul>${model.activations.map((each) => html`<li key=${each.offset}>
          ${each.slot} from ${dateTime(each.effectiveAt)}: ${each.reason} <span class="muted">(${each.by})</span></li>`)}</ul>
      </div>
    </div>
  </section>`;
}

/** Whether a version's measures are its maker's word alone. Those that come with the verifier were measured here. */
export const isClaim = (model) => Boolean(model.publishedAt) && !model.measured;

/** What thresholds rest on, and what as many other classes or groups see at the one for an FMR of 1 %. */
function restsOn({ groups, classes, impostorPairs, forecasts }) {
  const usual = forecasts.find(({ target }) => target === 0.01);
  return `from ${groups ? `${number(groups)} groups, ` : ""}${number(classes)} classes, ${number(impostorPairs)} impostor pairs${usual ? `; at FMR 1 % other ${groups ? "groups" : "classes"} see ${percent(usual.fmrLow)} to ${percent(usual.fmrHigh)}` : ""}`;
}

function Measures({ evaluation }) {
  const all = Object.entries(evaluation)
    .filter(([name]) => !name.startsWith("threshold@") && (!isBound(name) || evaluation[name.replace(BOUND, "")] == null))
    .sort(([a], [b]) => isRate(b) - isRate(a));
  const shown = (name, value) => {
    const [low, high] = [evaluation[`${name}.low`], evaluation[`${name}.high`]];
    const bounds = low == null || high == null ? "" : ` (${percent(low)} to ${percent(high)})`;
    return isRate(name) ? `${percent(value)}${bounds}` : Number.isInteger(value) ? number(value) : score(value);
  };
  return all.length === 0
    ? html`<p class="empty">None are known here.</p>`
    : html`<table><tbody>${all.map(([name, value]) => html`<tr key=${name}><th scope="row">${measured(name)}</th><td>${shown(name, value)}</td></tr>`)}</tbody></table>`;
}

/** Bounds stand beside what they bound; those of a forecast stand alone. */
const BOUND = /\.(low|high)$/;

const isBound = (name) => BOUND.test(name);

const isRate = (name) => /^(eer|fmr|fnmr)/.test(name);

/** A measure's name in words: fnmr@fmr=0.01.withinGroup is the FNMR at FMR 1 %, within a group. */
function measured(name) {
  const [, rate, at, fmr, within, bound] =
    /^(eer|fmr|fnmr)(?:@(fmr|target)=([0-9.]*[0-9]))?(\.withinGroup)?(\.low|\.high)?$/.exec(name) ?? [];
  if (rate) {
    const of = at === "target" ? " at the threshold for FMR" : " at FMR";
    return `${rate.toUpperCase()}${fmr ? `${of} ${percent(Number(fmr))}` : ""}${within ? ", within a group" : ""}${bound ? `, of others ${bound === ".low" ? "at least" : "at most"}` : ""}`;
  }
  const [, of] = /^(.*)\.withinGroup$/.exec(name) ?? [];
  if (of) {
    return `${measured(of)}, within a group`;
  }
  return MEASURES[name] ?? name.replace(/^distance\./, "distance by quantization, ").replaceAll("_", " ");
}

const MEASURES = { genuinePairs: "genuine pairs", impostorPairs: "impostor pairs", classPairs: "pairs of classes" };
