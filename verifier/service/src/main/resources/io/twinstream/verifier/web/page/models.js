// Model versions: which serves, how the verifiers stand with each, and orders about them.
import { useEffect, useState } from "preact/hooks";
import { path } from "./api.js";
import { dateTime, percent, words } from "./format.js";
import { useData } from "./hooks.js";
import { html } from "./html.js";
import { ModelDetails, isClaim } from "./model.js";
import { Notice, Outcome } from "./notice.js";
import { OrderDialog } from "./orders.js";
import { Table } from "./table.js";

/** What a version is now comes before what it was or will be. */
const ORDER = ["SERVING", "SHADOW", "PENDING_SERVING", "PENDING_SHADOW", "PREDECESSOR"];

export function Models({ session, stream, route }) {
  const { value, error, reload } = useData(stream, "v1/models", "models");
  const serving = useServing(stream);
  const [order, setOrder] = useState(undefined);
  const [outcome, setOutcome] = useState("");
  const models = sorted(value?.models ?? [], serving);
  const operates = session.role === "operate";
  const closed = (text) => {
    setOrder(undefined);
    if (text) {
      setOutcome(text);
      reload();
    }
  };
  if (!value || !serving) {
    // Nobody may be offered to activate what serves already.
    return error ? html`<${Notice}>${error}<//>` : html`<p class="empty">Reading.</p>`;
  }
  const has = (kind) => models.some((each) => hasRole(each, kind));
  const shown = models.find((each) => idOf(each) === route.parameters.model) ?? models[0];
  return html`
    ${error && html`<${Notice}>${error}<//>`}
    ${operates && html`<div class="bar">
      ${has("PREDECESSOR") && html`<button type="button" onClick=${() => setOrder({ kind: "rollback" })}>Roll back</button>`}
      ${has("SHADOW") && html`<button type="button" onClick=${() => setOrder({ kind: "shadow" })}>Empty the shadow</button>`}
    </div>`}
    <${Outcome} text=${outcome} />
    ${models.length === 0 && html`<p class="empty">No version is published, and no verifier has one of its own.</p>`}
    ${models.length > 0 && html`<${Table} label="Versions" heads=${["Version", "Role", "Verifiers", "EER", "FNMR at FMR 1 %", "Published"]}
      rows=${models.map((model) => rowOf(model, model === shown))} />`}
    ${shown && html`<${ModelDetails} key=${idOf(shown)} stream=${stream} session=${session}
      where=${`v1/models/${path(shown.name, shown.version)}`} roles=${shown.roles} refused=${isRefused(shown)}
      onOrder=${operates && ((kind) => setOrder({ kind, model: shown }))} />`}
    ${order && html`<${OrderDialog} order=${order} onClose=${closed} />`}
  `;
}

/** The version that serves here: read once, then told each second, and only another version draws the view anew. */
function useServing(stream) {
  const { value } = useData(stream, "v1/group");
  const [told, setTold] = useState(undefined);
  useEffect(() => stream.on("service", (service) => setTold(service.serving)), [stream]);
  return told ?? value?.serving;
}

const rowOf = (model, chosen) => ({
  key: idOf(model),
  chosen,
  cells: [
    html`<a href=${`#/models?model=${encodeURIComponent(idOf(model))}`}>${idOf(model)}</a>${model.signed && html` <span class="muted">signed</span>`}`,
    model.roles.length ? model.roles.map((role) => html`<span class=${`badge role ${role.kind.toLowerCase()}`} title=${role.from ? `from ${dateTime(role.from)}` : ""}>${words(role.kind)}</span> `) : "–",
    states(model),
    html`${percent(model.evaluation.eer)}${isClaim(model) && model.evaluation.eer != null && html` <span class="muted">claimed</span>`}`,
    percent(model.evaluation["fnmr@fmr=0.01"]),
    model.publishedAt ? dateTime(model.publishedAt) : "comes with the verifier",
  ],
});

const idOf = ({ name, version }) => `${name}/${version}`;

const hasRole = (model, kind) => model.roles.some((role) => role.kind === kind);

const isRefused = ({ instances, fault }) => Boolean(fault) || (instances.length > 0 && instances.every((each) => each.state === "REFUSED"));

/** The one that serves first, then by role, then the latest published. Before any activation the verifier's own serves. */
function sorted(models, serving) {
  const asked = models.some((each) => hasRole(each, "SERVING"));
  const rank = (model) => Math.min(ORDER.length, ...model.roles.map((role) => ORDER.indexOf(role.kind)));
  return models
    .map((each) => (!asked && idOf(each) === serving ? { ...each, roles: [{ kind: "SERVING", from: null }, ...each.roles] } : each))
    .sort((a, b) => rank(a) - rank(b) || String(b.publishedAt ?? "").localeCompare(String(a.publishedAt ?? "")));
}

/** As "2 ready, 1 refused". */
function states({ instances, fault }) {
  const counts = new Map();
  instances.forEach(({ state }) => counts.set(state, (counts.get(state) ?? 0) + 1));
  const text = [...counts].map(([state, count]) => `${count} ${words(state)}`).join(", ");
  return fault ? `${text} ${fault}` : text || "none holds it";
}
