// One line about something that isn't as it should be, or that was done.
import { html } from "./html.js";

export const Notice = ({ children }) => html`<p class="notice">${children}</p>`;

/** Read out when it changes. */
export const Outcome = ({ text, failed }) =>
  html`<p class=${`outcome ${failed ? "failed" : ""}`} role="status">${text}</p>`;
