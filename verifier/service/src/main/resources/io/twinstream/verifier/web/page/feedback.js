// What people say about a verdict: that it is right, that it is wrong, or who it was.
import { useState } from "preact/hooks";
import { path, postJson } from "./api.js";
import { Dialog } from "./dialog.js";
import { html } from "./html.js";

/** What was said in this tab, by probe, so that it stays when other verdicts come. */
const said = new Map();
const MOST_SAID = 1000;

export function Feedback({ verdict }) {
  const [outcome, setOutcome] = useState(said.get(verdict.probe));
  const [asks, setAsks] = useState(false);
  const tell = async (body) => {
    const answer = await postJson(`v1/verdicts/${path(verdict.probe)}/feedback`, body);
    return answer.subject ? `Taken: it shows ${answer.subject}.` : "Taken: it is wrong.";
  };
  const done = (text, failed) => {
    if (!failed) {
      said.set(verdict.probe, { text });
      if (said.size > MOST_SAID) {
        said.delete(said.keys().next().value);
      }
    }
    setOutcome({ text, failed });
  };
  const send = (body) => tell(body).then(done, (failure) => done(failure.message, true));
  return html`<div class="feedback" role="group" aria-label="Is it right?">
    ${names(verdict) && html`<button type="button" class="quiet" onClick=${() => send({ correct: true })}>Right</button>`}
    ${verdict.outcome !== "UNDECIDED" && html`<button type="button" class="quiet" onClick=${() => send({ correct: false })}>Wrong</button>`}
    <button type="button" class="quiet" onClick=${() => setAsks(true)}>Who it was …</button>
    <span class=${`outcome ${outcome?.failed ? "failed" : ""}`} role="status">${outcome?.text}</span>
    ${asks && html`<${Dialog} title="Who was it?" word="Tell" action=${({ subject }) => tell({ subject: subject.trim() })}
      onClose=${(text) => {
        setAsks(false);
        if (text) {
          done(text);
        }
      }}
      fields=${html`<label class="field"><span>Subject</span><input name="subject" required maxlength="200" autocomplete="off" /></label>`}>
      <p>The picture of the probe ${verdict.probe} is then there to train with, under this name.</p>
    <//>`}
  </div>`;
}

/** Only a match says who it is, so only that can be confirmed. */
const names = ({ outcome, task }) => outcome === "MATCH" && task !== "PAIR";
