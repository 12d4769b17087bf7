// Asks ingest over HTTP whether a picture shows a subject, and waits for the verdict.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_WAIT = 20; // seconds of one request: proxies cut longer ones
const ingest = process.env.INGEST_URL ?? 'http://127.0.0.1:8080';
const headers = process.env.INGEST_TOKEN ? { Authorization: `Bearer ${process.env.INGEST_TOKEN}` } : {};

async function call(method, path, body) {
  const signal = AbortSignal.timeout((LONGEST_WAIT + 10) * 1000);
  const answer = await fetch(ingest + path, { method, body, headers, signal }).catch((error) => {
    throw new Error(`no answer from ${ingest}: ${error.cause?.message || error.cause?.code || error.message}`);
  });
  const json = await answer.json().catch(() => ({ error: answer.statusText }));
  return { status: answer.status, retryAfter: Number(answer.headers.get('retry-after')), json };
}

async function ask(picture, subject, seconds) {
  // By an id of the caller's own the verdict is found, whatever becomes of the answer.
  const id = randomUUID();
  const probe = new URLSearchParams({ id, source: 'example', task: 'claim', subject });
  const end = Date.now() + seconds * 1000;
  for (let sent = false; ; ) {
    const left = Math.min(LONGEST_WAIT, Math.max(0, Math.ceil((end - Date.now()) / 1000)));
    // Once it has taken the probe, ingest may be away for a while.
    const { status, retryAfter, json } = sent
      ? await call('GET', `/v1/probes/${id}/verdict?wait=${left}s`).catch((e) => ({ status: 503, json: { error: e.message } }))
      : await call('POST', `/v1/probes?${probe}&wait=${left}s`, picture);
    if (status === 200) return json;
    const isPending = status === 202 || (sent && status === 404);
    const isBusy = status === 429 || status === 503;
    if (!isPending && !isBusy) throw new Error(`${status} ${json.error}`);
    if (Date.now() >= end) {
      throw new Error(`no verdict on ${id} within ${seconds} s: ${isBusy ? json.error : 'is a verifier running?'}`);
    }
    sent ||= isPending;
    await sleep(isBusy ? 1000 * (retryAfter || 1) : 100);
  }
}

const [file, subject, seconds = '60'] = process.argv.slice(2);
try {
  if (!subject) throw new Error('usage: node ask.mjs PICTURE SUBJECT [SECONDS]');
  const verdict = await ask(await readFile(file), subject, Number(seconds));
  console.log(verdict.outcome, verdict.reason ?? verdict.score);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
