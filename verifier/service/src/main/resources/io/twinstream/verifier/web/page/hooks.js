// What views share: data that follows events, and the route.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { getJson } from "./api.js";

const REST_MS = 1000;

/**
 * What a path answers, read again whenever an event says so or reload is called, at most once a second. While it is read
 * again, and where that fails, the value before stays.
 *
 * @returns {value, error, reload}
 */
export function useData(stream, path, event) {
  const [state, setState] = useState({});
  const reload = useRef();
  useEffect(() => {
    const gone = new AbortController();
    let busy = false;
    let again = false;
    let rest;
    const load = async () => {
      if (busy) {
        again = true;
        return;
      }
      busy = true;
      try {
        setState({ value: await getJson(path, gone.signal) });
      } catch (error) {
        if (gone.signal.aborted) {
          return;
        }
        setState((before) => ({ ...before, error: error.message }));
      }
      if (gone.signal.aborted) {
        return;
      }
      rest = setTimeout(() => {
        busy = false;
        if (again) {
          again = false;
          load();
        }
      }, REST_MS);
    };
    reload.current = load;
    load();
    const offs = ["open", event].filter(Boolean).map((name) => stream.on(name, load));
    return () => {
      gone.abort();
      clearTimeout(rest);
      offs.forEach((off) => off());
    };
  }, [stream, path, event]);
  return { ...state, reload: useCallback(() => reload.current(), []) };
}

/** The latest object of an event, undefined before the first. */
export function useEvent(stream, name, first) {
  const [value, setValue] = useState(first);
  useEffect(() => stream.on(name, setValue), [stream, name]);
  return value;
}

/** The view and its parameters, from the address behind #. */
export function useRoute() {
  const [route, setRoute] = useState(parsed);
  useEffect(() => {
    const changed = () => setRoute(parsed());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

function parsed() {
  const [view, parameters] = location.hash.replace(/^#\/?/, "").split("?");
  return { view, parameters: Object.fromEntries(new URLSearchParams(parameters)) };
}
