// Probes that wait for this verifier alone, as it reports them while the page is open.
import { useEffect, useState } from "preact/hooks";
import { number } from "./format.js";
import { html } from "./html.js";
import { TimeChart } from "./timechart.js";

/** Ten minutes of an event a second. */
const MOST_POINTS = 600;

export function LagChart({ stream }) {
  const [points, setPoints] = useState([]);
  useEffect(
    () => stream.on("service", ({ timeMs, lag }) => setPoints((before) => [...before, { timeMs, lag }].slice(-MOST_POINTS))),
    [stream],
  );
  return html`<${TimeChart}
    title="Probes that it has not fetched yet, since the page is open"
    starts=${points.map((each) => each.timeMs)}
    lines=${[{ label: "probes", colour: 0, values: points.map((each) => each.lag) }]}
    format=${number}
  />`;
}
