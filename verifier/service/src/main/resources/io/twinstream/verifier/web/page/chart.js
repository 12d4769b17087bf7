// A uPlot chart as a component: as wide as its place, made anew when the series or the colours change.
import uPlot from "uplot";
import { useEffect, useRef } from "preact/hooks";
import { html } from "./html.js";
import { onScheme, theme } from "./theme.js";

const HEIGHT = 220;
const AXIS_SIZE = 34;

/**
 * @param title shown above, and read out with the summary
 * @param shape tells charts apart: another text makes the chart anew
 * @param options gives uPlot's options for a theme, without the size
 * @param data as uPlot wants it
 * @param marks given to the chart as u.marks, for its plugins
 */
export function Chart({ title, summary, shape, options, data, marks, height = HEIGHT }) {
  const place = useRef();
  const chart = useRef();
  const latest = useRef();
  latest.current = { options, data, marks };

  useEffect(() => {
    const make = () => {
      chart.current?.destroy();
      const { options: current, data: first, marks: given } = latest.current;
      const all = { ...current(theme()), width: place.current.clientWidth, height };
      const u = new uPlot(all, undefined, place.current);
      u.marks = given;
      u.setData(first);
      chart.current = u;
    };
    make();
    const resized = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry.contentRect.width);
      if (width && width !== chart.current.width) {
        chart.current.setSize({ width, height });
      }
    });
    resized.observe(place.current);
    const off = onScheme(make);
    return () => {
      off();
      resized.disconnect();
      chart.current.destroy();
      chart.current = undefined;
    };
  }, [shape, height]);

  useEffect(() => {
    chart.current.marks = marks;
    chart.current.setData(data);
  }, [data, marks]);

  return html`<figure class="chart">
    <figcaption>${title}</figcaption>
    <div class="plot" ref=${place} role="img" aria-label=${`${title}. ${summary ?? ""}`} />
  </figure>`;
}

/** The last value that is one; null where there is none. */
export const last = (values) => values?.findLast((value) => value != null) ?? null;

/** An axis in the theme's colours. */
export const axis = (colours, more) => ({
  size: AXIS_SIZE,
  stroke: colours.text,
  font: colours.font,
  labelFont: colours.font,
  grid: { stroke: colours.grid, width: 1 },
  ticks: { stroke: colours.grid, width: 1, size: 4 },
  ...more,
});
