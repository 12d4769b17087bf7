// The match windows on show, oldest first: read once, then followed.
import { useEffect, useState } from "preact/hooks";
import { getJson, withQuery } from "./api.js";

/** As many starts are kept, those before are dropped; it is what the API gives by default. */
const MOST_STARTS = 100;
const REDRAW_MS = 1000;
/** Only windows of the smallest size come as events. */
const POLL_MS = 10_000;

class WindowBuffer {
  #windows = new Map();

  constructor(sizeMs) {
    this.sizeMs = sizeMs;
  }

  put(windows) {
    for (const window of windows) {
      if (window.sizeMs === this.sizeMs) {
        this.#windows.set(`${window.startMs}/${window.model}/${window.task}`, window);
      }
    }
    const newest = this.newest();
    for (const [key, window] of this.#windows) {
      if (window.startMs <= newest - MOST_STARTS * this.sizeMs) {
        this.#windows.delete(key);
      }
    }
  }

  /** The latest start; undefined while there is none. */
  newest() {
    return this.sorted().at(-1)?.startMs;
  }

  sorted() {
    return [...this.#windows.values()].sort((a, b) => a.startMs - b.startMs);
  }
}

/**
 * @param live whether events bring this size
 * @returns {windows, missing, truncated, error}, with new windows at most once a second, and not while the tab is hidden
 */
export function useWindows(stream, sizeMs, live, filters) {
  const [state, setState] = useState({ windows: [], missing: [] });
  useEffect(() => {
    const gone = new AbortController();
    const buffer = new WindowBuffer(sizeMs);
    let news = {};
    let due;
    const show = () => {
      due = undefined;
      if (!document.hidden) {
        setState((before) => ({ ...before, ...news, windows: buffer.sorted() }));
      }
    };
    const put = (windows, more) => {
      buffer.put(windows);
      news = { ...news, ...more };
      due ??= setTimeout(show, REDRAW_MS);
    };
    const load = async (from) => {
      try {
        const answer = await getJson(
          withQuery("v1/match-windows", { size: sizeMs, from, fold: true, ...filters }),
          gone.signal,
        );
        put(answer.windows, { missing: answer.missing, truncated: answer.truncated, error: undefined });
      } catch (error) {
        if (!gone.signal.aborted) {
          setState((before) => ({ ...before, error: error.message }));
        }
      }
    };
    setState({ windows: [], missing: [] });
    load().then(() => {
      clearTimeout(due);
      show();
    });
    const offs = [stream.on("open", () => load())];
    let poll;
    if (live) {
      offs.push(stream.on("windows", (event) => put(event.windows, {})));
    } else {
      poll = setInterval(() => load(buffer.newest()), POLL_MS);
    }
    document.addEventListener("visibilitychange", show);
    return () => {
      gone.abort();
      clearTimeout(due);
      clearInterval(poll);
      offs.forEach((off) => off());
      document.removeEventListener("visibilitychange", show);
    };
  }, [stream, sizeMs, live, filters.task, filters.source]);
  return state;
}
