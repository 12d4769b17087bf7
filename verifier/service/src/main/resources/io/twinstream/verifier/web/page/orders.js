// Orders about model versions, each confirmed and with its reason.
import { postJson } from "./api.js";
import { Dialog, ReasonField } from "./dialog.js";
import { dateTime } from "./format.js";
import { html } from "./html.js";

/** @param order {kind: serving, shadow or rollback, model}; a shadow without a model is emptied */
export function OrderDialog({ order: { kind, model }, onClose }) {
  const id = model && `${model.name}/${model.version}`;
  const send = async ({ reason, force }) => {
    if (kind === "rollback") {
      return told(await postJson("v1/models/rollback", { reason }));
    }
    const body = { slot: kind, name: model?.name, version: model?.version, reason };
    return told(await postJson("v1/models/activations", force ? { ...body, force: true } : body));
  };
  const refusals = model?.instances.filter((each) => each.state === "REFUSED") ?? [];
  return html`<${Dialog} title=${titles[kind](id)} word=${words[kind](id)} action=${send} onClose=${onClose}
    fields=${html`<${ReasonField} />
      ${refusals.length > 0 && html`<label class="check"><input type="checkbox" name="force" /> although
        ${" "}${refusals.length === 1 ? "a verifier refuses" : `${refusals.length} verifiers refuse`} it: ${refusals[0].reason}</label>`}`}>
    <p>${texts[kind](id)}</p>
  <//>`;
}

const titles = {
  serving: (id) => `Activate ${id}?`,
  shadow: (id) => (id ? `Put ${id} into the shadow?` : "Empty the shadow?"),
  rollback: () => "Roll back?",
};

const words = {
  serving: () => "Activate",
  shadow: (id) => (id ? "Shadow" : "Empty"),
  rollback: () => "Roll back",
};

const texts = {
  serving: () => "Probes appended from two seconds after the order on are judged by this version, on every verifier.",
  shadow: (id) =>
    id ? "This version says what it would have said beside each verdict; it changes none." : "No version stands beside the one that serves.",
  rollback: () => "The version that served before serves again, from two seconds after the order on.",
};

function told({ slot, name, version, effectiveAt, notReady }) {
  const what = name ? `${name}/${version} ${slot === "serving" ? "serves" : "is in the shadow"}` : "The shadow is empty";
  const waits = notReady.length ? `; not ready for it yet: ${notReady.map((each) => each.instance).join(", ")}` : "";
  return `${what} from ${dateTime(effectiveAt)}${waits}.`;
}
