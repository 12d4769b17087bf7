// One version: its verifiers, measures, error rates and activations.
import { DetCurve } from "./det.js";
import { bytes, dateTime, number, percent, score, words } from "./format.js";
import { useData } from "./hooks.js";
import { html } from "./html.js";
import { Notice } from "./notice.js";

/** @param onOrder takes serving or shadow; false where the caller may only read */
export function ModelDetails({ where, stream, session, onOrder }) {
  const { value: model, error } = useData(stream, where, "models");
  if (!model) {
    return error ? html`<${Notice}>${error}<//>` : html`<p class="empty">Reading.</p>`;
  }
  return html`<section aria-label=${`${model.name}/${model.version}`}>
    <h2>${model.name}/${model.version}</h2>
    ${onOrder && html`<div class="buttons">
      <button type="button" onClick=${() => onOrder("serving")}>Activate</button>
      <button type="button" onClick=${() => onOrder("shadow")}>Put into the shadow</button>
    </div>`}
    <dl class="figures">
      <div><dt>published</dt><dd>${dateTime(model.publishedAt)}</dd></div>
      <div><dt>package</dt><dd>${bytes(model.packageBytes)}</dd></div>
      <div><dt>domain</dt><dd>${model.knowsDomain == null ? "–" : model.knowsDomain ? "known" : "not known"}</dd></div>
      <div><dt>gate</dt><dd>${model.decision ?? "–"}</dd></div>
    </dl>
    <div class="charts">
      ${model.histograms && html`<${DetCurve} model=${model} targetFmr=${session.targetFmr} />`}
      <div>
        <h3>Measures of the release</h3>
        <${Measures} evaluation=${model.evaluation} />
      </div>
      <div>
        <h3>Verifiers</h3>
        <table><thead><tr><th>Verifier</th><th>State</th><th>Gallery</th><th>Unusable references</th></tr></thead><tbody>
          ${model.instances.map((each) => html`<tr key=${each.instance}><th scope="row">${each.instance}</th>
            <td>${words(each.state)}${each.reason && `: ${each.reason}`}</td><td>${number(each.gallerySize)}</td>
            <td title=${each.unusable.join("\n")}>${number(each.unusableReferences)}</td></tr>`)}
        </tbody></table>
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

function Measures({ evaluation }) {
  const shown = (name, value) => (/^(eer|fnmr)/.test(name) ? percent(value) : Number.isInteger(value) ? number(value) : score(value));
  const all = Object.entries(evaluation);
  return all.length === 0
    ? html`<p class="empty">None: nobody has published it.</p>`
    : html`<table><tbody>${all.map(([name, value]) => html`<tr key=${name}><th scope="row">${name}</th><td>${shown(name, value)}</td></tr>`)}</tbody></table>`;
}
