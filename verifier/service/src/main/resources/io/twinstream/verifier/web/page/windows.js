// The match windows on show, oldest first: read once, then followed.
import { useEffect, useState } from "preact/hooks";
import { getJson, withQuery } from "./api.js";

/** As many starts are kept, those before are dropped; it is what the API gives by default. */
const MOST_STARTS = 100;
/** Fewer where each source has windows of its own. */
const MOST_STARTS_BY_SOURCE = 60;
const REDRAW_MS = 1000;
/** Only windows of the smallest size, those of all sources added up, come as events. */
const POLL_MS = 10_000;

class WindowBuffer {
  #windows = new Map();

  constructor(sizeMs, mostStarts) {
    this.sizeMs = sizeMs;
    this.mostStarts = mostStarts;
  }

  put(windows) {
    for (const window of windows) {
      if (window.sizeMs === this.sizeMs) {
        this.#windows.set(`${window.startMs}/${window.model}/${window.task}/${window.source}`, window);
      }
    }
    const newest = this.newest();
    for (const [key, window] of this.#windows) {
      if (window.startMs <= newest - this.mostStarts * this.sizeMs) {
        this.#windows.delete(key);
      }
    }
  }

  /** The latest start; undefined while there is none. */
  newest() {
    let newest;
    for (const { startMs } of this.#windows.values()) {
      newest = newest > startMs ? newest : startMs;
    }
    return newest;
  }

  sorted() {
    return [...this.#windows.values()].sort((a, b) => a.startMs - b.startMs);
  }
}

/**
 * All sources added up.
 *
 * @param live whether events bring this size
 * @returns {windows, missing, truncated, error}, with new windows at most once a second, and not while the tab is hidden
 */
export const useWindows = (stream, sizeMs, live, filters) => useFollowed(stream, sizeMs, live, { fold: true, ...filters }, MOST_STARTS);

/** Each source by itself, without scores and latencies; see useWindows. */
export const useSourceWindows = (stream, sizeMs, filters) =>
  useFollowed(stream, sizeMs, false, { counts: true, ...filters }, MOST_STARTS_BY_SOURCE);

function useFollowed(stream, sizeMs, live, query, mostStarts) {
  const [state, setState] = useState({ windows: [], missing: [] });
  useEffect(() => {
    const gone = new AbortController();
    const buffer = new WindowBuffer(sizeMs, mostStarts);
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
    const load = async (from = Date.now() - mostStarts * sizeMs) => {
      try {
        const answer = await getJson(withQuery("v1/match-windows", { size: sizeMs, from, ...query }), gone.signal);
        put(answer.windows, { missing: answer.missing, truncated: answer.truncated, error: undefined, read: true });
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
      poll = setInterval(() => !document.hidden && load(buffer.newest()), POLL_MS);
    }
    document.addEventListener("visibilitychange", show);
    return () => {
      gone.abort();
      clearTimeout(due);
      clearInterval(poll);
      offs.forEach((off) => off());
      document.removeEventListener("visibilitychange", show);
    };
  }, [stream, sizeMs, live, mostStarts, JSON.stringify(query)]);
  return state;
}
