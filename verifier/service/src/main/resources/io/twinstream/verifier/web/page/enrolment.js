// Enrols pictures that are dropped or chosen.
import { useState } from "preact/hooks";
import { path, request } from "./api.js";
import { html } from "./html.js";

export function Enrolment({ onDone }) {
  const [files, setFiles] = useState([]);
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const take = (list) => {
    const pictures = [...list].filter((file) => file.type.startsWith("image/"));
    setError(pictures.length < list.length ? "What is no picture was left out." : "");
    setFiles(pictures);
  };
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const dragged = (event) => {
    event.preventDefault();
    setOver(true);
  };
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const subject = new FormData(form).get("subject").trim();
    setBusy(true);
    setError("");
    try {
      for (const file of files) {
        await request(`v1/subjects/${path(subject)}/references`, { method: "POST", body: file, type: file.type });
      }
      form.reset();
      setFiles([]);
      onDone(`${files.length === 1 ? "One picture" : `${files.length} pictures`} of ${subject} enrolled.`);
    } catch (failure) {
      setError(failure.message);
    } finally {
      setBusy(false);
    }
  };
  return html`<form class=${`drop ${over ? "over" : ""}`} aria-label="Enrol" onSubmit=${submit}
    onDragOver=${dragged} onDragLeave=${() => setOver(false)} onDrop=${drop}>
    <p>Drop pictures of one subject here, or choose them.</p>
    <div class="bar">
      <label class="field"><span>Pictures</span>
        <input type="file" name="pictures" accept="image/*" multiple onChange=${(event) => take(event.target.files)} /></label>
      <label class="field"><span>Subject</span>
        <input name="subject" required maxlength="200" autocomplete="off" /></label>
      <button type="submit" class="primary" disabled=${busy || !files.length}>Enrol</button>
    </div>
    <p class="muted">${files.map((file) => file.name).join(", ")}</p>
    <p class="outcome failed" role="alert">${error}</p>
  </form>`;
}
