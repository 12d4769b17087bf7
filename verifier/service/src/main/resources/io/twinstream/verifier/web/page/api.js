// Calls of the verifier's API. The token lives here and in the tab's session storage, and goes into no address.
const KEY = "twinstream.token";

let token = sessionStorage.getItem(KEY) ?? "";
let refused = () => {};

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Keeps the token for this tab; an empty one is forgotten. */
export function setToken(value) {
  token = value;
  if (value) {
    sessionStorage.setItem(KEY, value);
  } else {
    sessionStorage.removeItem(KEY);
  }
}

export const hasToken = () => token !== "";

/** Calls back whenever the verifier asks for a token. */
export function onRefused(listener) {
  refused = listener;
}

/** Path segments, each encoded. */
export const path = (...segments) => segments.map(encodeURIComponent).join("/");

/** A path with those parameters that have a value. */
export function withQuery(where, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== "");
  return given.length ? `${where}?${new URLSearchParams(given)}` : where;
}

/** Resolves to the response, or throws an ApiError with one line for people. */
export async function request(where, { method, body, type, signal } = {}) {
  const headers = {};
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  if (type) {
    headers["Content-Type"] = type;
  }
  const response = await fetch(where, { method, body, headers, signal, credentials: "omit" }).catch((cause) => {
    throw signal?.aborted ? cause : new ApiError(0, "The verifier doesn't answer.");
  });
  if (response.ok) {
    return response;
  }
  if (response.status === 401) {
    refused();
  }
  throw new ApiError(response.status, await reason(response));
}

export const getJson = async (where, signal) => (await request(where, { signal })).json();

export const postJson = async (where, value) =>
  (await request(where, { method: "POST", type: "application/json", body: JSON.stringify(value) })).json();

async function reason(response) {
  const answer = await response.json().catch(() => ({}));
  return answer.error ?? `The verifier answers ${response.status}.`;
}
