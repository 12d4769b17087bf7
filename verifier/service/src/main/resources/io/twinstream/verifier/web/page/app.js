// The frame: who asks, the views, and whether what they show is live.
import { useEffect, useRef, useState } from "preact/hooks";
import { Alarms } from "./alarms.js";
import { getJson, hasToken, onRefused, setToken } from "./api.js";
import { EventStream } from "./events.js";
import { useData, useEvent, useRoute } from "./hooks.js";
import { html } from "./html.js";
import { DeadLetters } from "./letters.js";
import { Models } from "./models.js";
import { Overview } from "./overview.js";
import { Subjects } from "./subjects.js";
import { TokenForm } from "./token.js";
import { Training } from "./training.js";
import { Verdicts } from "./verdicts.js";

const VIEWS = {
  overview: Overview,
  verdicts: Verdicts,
  "dead-letters": DeadLetters,
  subjects: Subjects,
  models: Models,
  training: Training,
  alarms: Alarms,
};
const RETRY_MS = 3000;

/** Asks who calls; a token that is refused on the way brings the question for another. */
export function App() {
  const [state, setState] = useState({});
  const ask = async (refusal = "") => {
    try {
      const session = await getJson("v1/session");
      session.windowSizesMs.sort((a, b) => a - b);
      setState({ session });
    } catch (error) {
      setState(error.status === 401 ? { asks: true, refusal } : { error: error.message });
    }
  };
  useEffect(() => {
    onRefused(() => setState({ asks: true, refusal: hasToken() ? "The verifier refuses this token." : "" }));
    ask();
  }, []);
  useEffect(() => {
    const timer = state.error && setTimeout(ask, RETRY_MS);
    return () => clearTimeout(timer);
  }, [state]);

  if (state.session) {
    return html`<${Page} session=${state.session} />`;
  }
  if (state.asks) {
    const given = (token) => {
      setToken(token);
      ask("The verifier refuses this token.");
    };
    return html`<${TokenForm} refusal=${state.refusal} onToken=${given} />`;
  }
  return html`<p class="empty" role="status">${state.error ?? ""}</p>`;
}

function Page({ session }) {
  const route = useRoute();
  const view = VIEWS[route.view] ? route.view : "overview";
  const stream = useRef(null);
  stream.current ??= new EventStream();
  const { task, source } = route.parameters;
  const main = useRef();
  const shown = useRef(view);

  useEffect(() => {
    stream.current.open({ task, source });
    return () => stream.current.close();
  }, [task, source]);
  useEffect(() => {
    document.title = `${titled(view)} – Twinstream`;
    if (shown.current !== view) {
      shown.current = view;
      main.current.focus();
    }
  }, [view]);

  const alarms = useData(stream.current, "v1/alarms", "alarms");
  const raised = alarms.value?.alarms.filter((alarm) => alarm.state === "RAISED").length ?? 0;
  return html`
    <a class="skip" href="#main" onClick=${(event) => {
      event.preventDefault();
      main.current.focus();
    }}>Skip to the view</a>
    <header>
      <p class="name"><img src="page/icon.svg" alt="" /> Twinstream</p>
      <nav aria-label="Views"><ul>
        ${Object.keys(VIEWS).map((name) => html`<li key=${name}>
          <a href=${`#/${name}`} aria-current=${name === view ? "page" : undefined}>${titled(name)}
            ${name === "alarms" && raised > 0 && html` <span class="count">${raised}<span class="unseen"> raised</span></span>`}</a></li>`)}
      </ul></nav>
      <${Live} stream=${stream.current} />
    </header>
    <main id="main" tabindex="-1" ref=${main}>
      <h1>${titled(view)}</h1>
      <${VIEWS[view]} session=${session} stream=${stream.current} route=${route}
        alarms=${alarms.value?.alarms} unread=${alarms.error} />
    </main>
  `;
}

function Live({ stream }) {
  const { live, error } = useEvent(stream, "state", stream.state);
  return html`<p class=${`live ${live ? "" : "not"}`} role="status">
    ${live ? "live" : error ? `not live: ${error}` : "not live"}
  </p>`;
}

const titled = (name) => name[0].toUpperCase() + name.slice(1).replaceAll("-", " ");
