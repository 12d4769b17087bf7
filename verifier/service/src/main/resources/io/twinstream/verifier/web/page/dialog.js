// A question in a modal dialog. The browser keeps the focus within and gives it back.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { html } from "./html.js";

/**
 * @param fields further inputs; their values come to the action as an object. A function gets what is wrong by the field's name
 * @param fieldOf the name of the field that an error is about, if it is about one; the error is then shown beside it
 * @param action does it; what it throws is shown and the dialog stays
 * @param onClose called when the dialog is gone, with what the action gave, if it was done
 */
export function Dialog({ title, word, dangerous, children, fields, fieldOf, action, onClose }) {
  const dialog = useRef();
  const done = useRef();
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  useEffect(() => dialog.current.showModal(), []);

  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      done.current = await action(Object.fromEntries(new FormData(event.target)));
      dialog.current.close();
    } catch (failure) {
      setBusy(false);
      setError(failure.message);
    }
  };
  const wrong = error && fieldOf?.(error);
  return html`<dialog ref=${dialog} aria-labelledby=${id} onClose=${() => onClose(done.current)}>
    <form onSubmit=${submit}>
      <h2 id=${id}>${title}</h2>
      ${children}
      ${typeof fields === "function" ? fields(wrong ? { [wrong]: error } : {}) : fields}
      <p class="outcome failed" role="alert">${!wrong && error}</p>
      <div class="buttons">
        <button type="button" onClick=${() => dialog.current.close()}>Cancel</button>
        <button type="submit" class=${dangerous ? "danger" : "primary"} disabled=${busy}>${word}</button>
      </div>
    </form>
  </dialog>`;
}

/** Why somebody orders it; goes on record. */
export const ReasonField = () => html`<label class="field"><span>Reason, which goes on record</span>
  <input name="reason" required maxlength="500" autocomplete="off" /></label>`;
