// Model versions: what they are, how the verifiers stand with them, and orders about them.
import { useState } from "preact/hooks";
import { path } from "./api.js";
import { dateTime, percent, words } from "./format.js";
import { useData } from "./hooks.js";
import { html } from "./html.js";
import { ModelDetails } from "./model.js";
import { Notice, Outcome } from "./notice.js";
import { OrderDialog } from "./orders.js";

export function Models({ session, stream, route }) {
  const { value, error, reload } = useData(stream, "v1/models", "models");
  const [order, setOrder] = useState(undefined);
  const [outcome, setOutcome] = useState("");
  const models = value?.models ?? [];
  const operates = session.role === "operate";
  const closed = (text) => {
    setOrder(undefined);
    if (text) {
      setOutcome(text);
      reload();
    }
  };
  const shown = models.find((each) => idOf(each) === route.parameters.model) ?? models.find(serves) ?? models[0];
  return html`
    ${error && html`<${Notice}>${error}<//>`}
    ${operates && html`<div class="bar">
      <button type="button" onClick=${() => setOrder({ kind: "rollback" })}>Roll back</button>
      ${models.some((each) => each.roles.some((role) => role.kind === "SHADOW")) &&
      html`<button type="button" onClick=${() => setOrder({ kind: "shadow" })}>Empty the shadow</button>`}
    </div>`}
    <${Outcome} text=${outcome} />
    <div class="scroll" tabindex="0" role="region" aria-label="Versions"><table>
      <thead><tr><th>Version</th><th>Roles</th><th>Verifiers</th><th>EER</th><th>FNMR at FMR 1 %</th><th>Published</th></tr></thead>
      <tbody>
        ${models.map((model) => html`<tr key=${idOf(model)} class=${model === shown ? "chosen" : ""}>
          <th scope="row"><a href=${`#/models?model=${encodeURIComponent(idOf(model))}`}>${idOf(model)}</a>
            ${model.signed && html` <span class="muted">signed</span>`}</th>
          <td>${model.roles.map((role) => html`<span class="badge role" title=${role.from ? `from ${dateTime(role.from)}` : ""}>${words(role.kind)}</span> `)}</td>
          <td>${states(model)}</td>
          <td>${percent(model.evaluation.eer)}</td>
          <td>${percent(model.evaluation["fnmr@fmr=0.01"])}</td>
          <td>${dateTime(model.publishedAt)}</td>
        </tr>`)}
      </tbody>
    </table></div>
    ${shown && html`<${ModelDetails} key=${idOf(shown)} stream=${stream} session=${session}
      where=${`v1/models/${path(shown.name, shown.version)}`}
      onOrder=${operates && ((kind) => setOrder({ kind, model: shown }))} />`}
    ${order && html`<${OrderDialog} order=${order} onClose=${closed} />`}
  `;
}

const idOf = ({ name, version }) => `${name}/${version}`;

const serves = (model) => model.roles.some((role) => role.kind === "SERVING");

/** As "2 ready, 1 refused". */
function states({ instances, fault }) {
  const counts = new Map();
  instances.forEach(({ state }) => counts.set(state, (counts.get(state) ?? 0) + 1));
  const text = [...counts].map(([state, count]) => `${count} ${words(state)}`).join(", ");
  return fault ? `${text} ${fault}` : text;
}
