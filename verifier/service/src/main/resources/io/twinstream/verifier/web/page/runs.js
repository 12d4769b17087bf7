// Orders about training runs: asks the trainer for one, and cancels one.
import { useState } from "preact/hooks";
import { path, postJson, request } from "./api.js";
import { Dialog } from "./dialog.js";
import { html } from "./html.js";

const HEAD = "head";

/** The fields that a run is asked for with, in the order of the form. */
const NAMES = ["architecture", "parent", "name", "version", "images", "validation", "splitShare", "photographs", "input", "steps", "symmetries"];

const NUMBERS = ["splitShare", "steps", "symmetries"];

/** @param models published versions, of which one may be the parent */
export function RunDialog({ models, onClose }) {
  const [architecture, setArchitecture] = useState(HEAD);
  const head = architecture === HEAD;
  const send = async (values) => {
    const { id } = await postJson("v1/training-runs", bodyOf(values));
    return `${values.name}/${values.version} is asked for, as run ${id}.`;
  };
  return html`<${Dialog} title="Train a version?" word="Train" action=${send} fieldOf=${fieldOf} onClose=${onClose}
    fields=${(wrong) => html`
      <${Field} label="Architecture" error=${wrong.architecture}>
        <select name="architecture" value=${architecture} onChange=${(event) => setArchitecture(event.target.value)}>
          <option value=${HEAD}>head: fit a version to these pictures, in minutes</option>
          <option value="compact">compact: a network of its own</option>
          <option value="wide">wide: a larger one</option>
          <option value="koch2015">koch2015: the paper's</option>
        </select><//>
      <${Field} label=${head ? "Version to fit" : "Version to go on from"} error=${wrong.parent}>
        <select name="parent" required=${head}>
          ${!head && html`<option value="">none</option>`}
          ${models.map(({ name, version }) => html`<option value=${`${name}/${version}`}>${name}/${version}</option>`)}
        </select><//>
      <${Field} label="Name" error=${wrong.name}><input name="name" required maxlength="100" autocomplete="off" /><//>
      <${Field} label="Version" error=${wrong.version}><input name="version" required maxlength="100" autocomplete="off" /><//>
      <${Field} label="Images: a folder of the trainer's, or topic: for feedback" error=${wrong.images}>
        <input name="images" required defaultValue="topic:" autocomplete="off" /><//>
      <${Field} label="Validation images; without them a share is held back" error=${wrong.validation}>
        <input name="validation" autocomplete="off" /><//>
      <${Field} label="Share that is held back" error=${wrong.splitShare}>
        <input name="splitShare" type="number" min="0.01" max="0.99" step="0.01" defaultValue="0.2" required /><//>
      ${!head && html`
        <${Field} label="Input, as 64x64x3" error=${wrong.input}><input name="input" placeholder="the architecture's" autocomplete="off" /><//>
        <${Field} label="Steps" error=${wrong.steps}><input name="steps" type="number" min="1" placeholder="the architecture's" /><//>
        <${Field} label="Symmetries" error=${wrong.symmetries}>
          <select name="symmetries">
            <option value="">the architecture's</option>
            <option value="1">1: a turned picture is of the same class</option>
            <option value="4">4: quarter turns are classes of their own</option>
            <option value="8">8: mirror images, too</option>
          </select><//>
        <label class="check"><input type="checkbox" name="photographs" /> The images are photographs.</label>`}`}>
    <p>The trainer publishes the version unless it is worse than the one that serves. Nothing serves it before it is activated.</p>
  <//>`;
}

export function CancelDialog({ run, onClose }) {
  const send = async () => {
    await request(`v1/training-runs/${path(run.id)}`, { method: "DELETE" });
    return `Run ${run.id} is being cancelled.`;
  };
  return html`<${Dialog} title=${`Cancel the training of ${run.model}?`} word="End the run" dangerous action=${send} onClose=${onClose}>
    <p>The run ends for good within a step. What it has learned is lost.</p>
  <//>`;
}

const Field = ({ label, error, children }) => html`<label class="field"><span>${label}</span>${children}
  ${error && html`<span class="outcome failed" role="alert">${error}</span>`}</label>`;

/** What isn't given is left to the trainer. */
function bodyOf(values) {
  const given = NAMES.filter((name) => (values[name] ?? "").trim() !== "");
  return Object.fromEntries(given.map((name) => [name, valueOf(name, values[name].trim())]));
}

const valueOf = (name, text) => (name === "photographs" ? true : NUMBERS.includes(name) ? Number(text) : text);

/** The trainer's lines begin with the field, or say "the field"; a version that is taken is a matter of the version. */
function fieldOf(message) {
  const named = message.match(/^(?:the field )?([a-zA-Z]+)\b/)?.[1];
  if (NAMES.includes(named)) {
    return named;
  }
  return message.startsWith("a model's name") ? "name" : /is published already|makes .* already|^a model's version/.test(message) ? "version" : undefined;
}
