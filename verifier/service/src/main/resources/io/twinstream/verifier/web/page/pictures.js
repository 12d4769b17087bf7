// Pictures by their path in the API, fetched with the token and kept as object URLs.
import { useEffect, useRef, useState } from "preact/hooks";
import { request } from "./api.js";
import { html } from "./html.js";
import { Boxes, RegionItems } from "./regions.js";

/** More than a view shows at a time, so that what is on show is never revoked. */
const MOST_KEPT = 256;
const MOST_AT_ONCE = 4;

/** Least recently used first: promises of object URLs. */
const kept = new Map();
const queue = [];
let running = 0;

function pictureUrl(path) {
  const known = kept.get(path);
  kept.delete(path);
  const url = known ?? enqueue(path);
  kept.set(path, url);
  if (!known) {
    url.catch(() => kept.delete(path));
    if (kept.size > MOST_KEPT) {
      const [oldest, old] = kept.entries().next().value;
      kept.delete(oldest);
      old.then(URL.revokeObjectURL, () => {});
    }
  }
  return url;
}

function enqueue(path) {
  return new Promise((resolve, reject) => {
    queue.push({ path, resolve, reject });
    next();
  });
}

async function next() {
  if (running === MOST_AT_ONCE || !queue.length) {
    return;
  }
  running++;
  const { path, resolve, reject } = queue.shift();
  try {
    resolve(URL.createObjectURL(await (await request(path)).blob()));
  } catch (error) {
    reject(error);
  } finally {
    running--;
    next();
  }
}

/**
 * A picture, or why there is none.
 *
 * @param regions what was judged of it, if that was less than the whole
 */
export function Picture({ path, alt, regions }) {
  const [state, setState] = useState({});
  useEffect(() => {
    let shown = true;
    const set = (value) => shown && setState(value);
    setState({});
    pictureUrl(path).then(
      (url) => set({ url }),
      (error) => set({ error: error.message }),
    );
    return () => {
      shown = false;
    };
  }, [path]);
  if (state.error) {
    return html`<span class="picture none" title=${state.error}>no picture</span>`;
  }
  if (!state.url) {
    return html`<span class="picture none" aria-hidden="true" />`;
  }
  const measure = ({ target }) => setState({ url: state.url, width: target.naturalWidth, height: target.naturalHeight });
  const image = html`<img class="picture" src=${state.url} alt=${alt} onLoad=${regions && measure}
    onError=${() => setState({ error: "The browser can't show it." })} />`;
  return regions
    ? html`<span class="boxed">${image}${state.width && html`<${Boxes} regions=${regions} width=${state.width} height=${state.height} />`}</span>`
    : image;
}

/** Pictures side by side, as large as there is room, in a dialog that Escape or a click closes. */
export function Enlarged({ pictures, onClose }) {
  const dialog = useRef();
  useEffect(() => dialog.current.showModal(), []);
  return html`<dialog ref=${dialog} class="enlarged" aria-label=${pictures.map((each) => each.alt).join(" and ")} onClose=${onClose}
    onClick=${(event) => event.target === dialog.current && dialog.current.close()}>
    <div class="large">${pictures.map((each) => html`<figure key=${each.path}><${Picture} ...${each} /><figcaption>${each.alt}</figcaption>
      ${each.regions && html`<${RegionItems} regions=${each.regions} />`}</figure>`)}</div>
    <div class="buttons"><button type="button" onClick=${() => dialog.current.close()}>Close</button></div>
  </dialog>`;
}
