// Asks for the token that the verifier wants.
import { html } from "./html.js";

export function TokenForm({ refusal, onToken }) {
  const submit = (event) => {
    event.preventDefault();
    onToken(new FormData(event.target).get("token").trim());
  };
  return html`<main class="token">
    <h1>Twinstream</h1>
    <form onSubmit=${submit}>
      <label class="field"><span>Token of this verifier: the one for operating, or the one for reading</span>
        <input type="password" name="token" required autocomplete="off" autofocus /></label>
      <p class="outcome failed" role="alert">${refusal}</p>
      <button type="submit" class="primary">Enter</button>
    </form>
    <p class="muted">It is kept for this tab alone.</p>
  </main>`;
}
