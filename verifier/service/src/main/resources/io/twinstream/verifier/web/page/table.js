// A table that a narrow screen shows row by row, each value beside its column's name, so that nothing is cut.
import { html } from "./html.js";

/**
 * @param label read out for the whole table
 * @param heads the columns' names; an empty one stays unsaid
 * @param rows [{key, chosen, cells}], the first cell being the row's name
 */
export const Table = ({ label, heads, rows }) => html`<div class="scroll" tabindex="0" role="region" aria-label=${label}><table>
  <thead><tr>${heads.map((head) => html`<th key=${head}>${head}</th>`)}</tr></thead>
  <tbody>${rows.map(({ key, chosen, cells: [name, ...cells] }) => html`<tr key=${key} class=${chosen ? "chosen" : ""}>
    <th scope="row">${name}</th>
    ${cells.map((cell, i) => html`<td key=${heads[i + 1]} data-label=${heads[i + 1]}><span>${cell}</span></td>`)}
  </tr>`)}</tbody>
</table></div>`;
