// Asks ingest over HTTP whether a picture shows a subject, and waits for the verdict.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_WAIT = 20; // seconds of one request: proxies cut longer ones
const ingest = process.env.INGEST_URL ?? 'http://127.0.0.1:8080';
const headers = process.env.INGEST_TOKEN ? { Authorization: `Bearer ${process.env.INGEST_TOKEN}` } : {};

/** Sends a request that waits for the verdict so many seconds, and has ten more for the way. */
async function call(method, path, wait, body) {
  try {
    const signal = AbortSignal.timeout((wait + 10) * 1000);
    const answer = await fetch(`${ingest}${path}wait=${wait}s`, { method, body, headers, signal });
    const retryAfter = answer.headers.get('retry-after');
    return {
      status: answer.status,
      pause: /^\d+$/.test(retryAfter) ? Number(retryAfter) : 1,
      json: { error: answer.statusText, ...fields(await answer.text()) },
    };
  } catch (error) {
    throw new Error(`no answer from ${ingest}: ${error.cause?.message || error.cause?.code || error.message}`);
  }
}

/** Returns what an answer says: nothing, where it isn't ingest's own but a proxy's. */
function fields(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

async function ask(picture, subject, seconds) {
  // By an id of the caller's own the verdict is found, whatever becomes of the answer.
  const id = randomUUID();
  const probe = new URLSearchParams({ id, source: 'example', task: 'claim', subject });
  const end = Date.now() + seconds * 1000;
  const left = () => Math.max(0, (end - Date.now()) / 1000);
  for (let sent = false; ; ) {
    const wait = Math.min(LONGEST_WAIT, Math.ceil(left()));
    // Once it has taken the probe, ingest may be away for a while.
    const { status, pause, json } = sent
      ? await call('GET', `/v1/probes/${id}/verdict?`, wait).catch((e) => ({ status: 503, pause: 1, json: { error: e.message } }))
      : await call('POST', `/v1/probes?${probe}&`, wait, picture);
    if (status === 200 && json.outcome) return json;
    if (status === 200) throw new Error(`${ingest} answers 200 without a verdict: is it ingest?`);
    const isPending = status === 202 || (sent && status === 404);
    const isBusy = status === 429 || status === 503;
    if (!isPending && !isBusy) throw new Error(`${status} ${json.error}`);
    if (left() === 0) {
      throw new Error(`no verdict on ${id} within ${seconds} s: ${isBusy ? json.error : 'is a verifier running?'}`);
    }
    sent ||= isPending;
    await sleep(1000 * Math.min(left(), isBusy ? Math.max(0.1, pause) : 0.1));
  }
}

const [file, subject, seconds = '60'] = process.argv.slice(2);
try {
  if (!subject || !(seconds >= 0)) throw new Error('usage: node ask.mjs PICTURE SUBJECT [SECONDS]');
  const verdict = await ask(await readFile(file), subject, Number(seconds));
  console.log(verdict.outcome, verdict.reason ?? verdict.score);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
