// Server-sent events over fetch: EventSource can't send the Authorization header.
import { request, withQuery } from "./api.js";

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30_000;
/** A service event comes each second: a connection that has been silent for so long is dead. */
const SILENCE_MS = 15_000;
const MOST_UNPARSED = 8 << 20;

/**
 * One connection for the whole page. Listeners get each event's object by its name, "open" after each connect: what came
 * in between is lost, so read it again. "state" tells {live, error}.
 */
export class EventStream {
  #listeners = new Map();
  #filters = {};
  #connection;
  #delayMs = FIRST_DELAY_MS;
  #retry;
  state = { live: false };

  /** Returns what takes the listener away again. */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Connects anew, with these filters. */
  open(filters) {
    this.close();
    this.#filters = filters;
    this.#connect();
  }

  close() {
    clearTimeout(this.#retry);
    this.#connection?.abort();
    this.#connection = undefined;
  }

  async #connect() {
    const connection = new AbortController();
    this.#connection = connection;
    try {
      await this.#read(connection);
      throw new Error("The verifier ended the connection.");
    } catch (error) {
      connection.abort();
      if (this.#connection === connection) {
        this.#say({ live: false, error: error.message });
        this.#retry = setTimeout(() => this.#connect(), this.#delayMs * (0.75 + Math.random() / 2));
        this.#delayMs = Math.min(2 * this.#delayMs, LONGEST_DELAY_MS);
      }
    }
  }

  async #read(connection) {
    const response = await request(withQuery("v1/events", this.#filters), { signal: connection.signal });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let silence = setTimeout(() => connection.abort(), SILENCE_MS);
    let rest = "";
    try {
      this.#delayMs = FIRST_DELAY_MS;
      this.#say({ live: true });
      this.#tell("open", {});
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        clearTimeout(silence);
        silence = setTimeout(() => connection.abort(), SILENCE_MS);
        const blocks = (rest + chunk.value).replaceAll("\r\n", "\n").split("\n\n");
        rest = blocks.pop();
        if (rest.length > MOST_UNPARSED) {
          throw new Error("An event is too long.");
        }
        blocks.forEach((block) => this.#dispatch(block));
      }
    } finally {
      clearTimeout(silence);
    }
  }

  #dispatch(block) {
    let name = "message";
    const data = [];
    for (const line of block.split("\n")) {
      if (line.startsWith("event:")) {
        name = line.slice(6).trim();
      } else if (line.startsWith("data:")) {
        data.push(line.slice(5));
      }
    }
    if (data.length && this.#listeners.get(name)?.size) {
      this.#tell(name, JSON.parse(data.join("\n")));
    }
  }

  #say(state) {
    this.state = state;
    this.#tell("state", state);
  }

  #tell(name, value) {
    this.#listeners.get(name)?.forEach((listener) => listener(value));
  }
}
