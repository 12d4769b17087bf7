"""Asks ingest over HTTP whether a picture shows a subject, and waits for the verdict."""

import http.client
import json
import math
import os
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

LONGEST_WAIT = 20  # seconds of one request: proxies cut longer ones
INGEST = os.environ.get("INGEST_URL", "http://127.0.0.1:8080")
TOKEN = os.environ.get("INGEST_TOKEN")


def call(method, path, wait, body=None):
    """Sends a request that waits for the verdict so many seconds, and has ten more for the way."""
    headers = {"Content-Type": "application/octet-stream"}
    if TOKEN:
        headers["Authorization"] = f"Bearer {TOKEN}"
    request = urllib.request.Request(f"{INGEST}{path}wait={wait}s", body, headers, method=method)
    try:
        try:
            answer = urllib.request.urlopen(request, timeout=wait + 10)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        with answer:
            return answer.status, pause(answer.headers), {"error": answer.reason, **fields(answer.read())}
    except OSError as error:
        raise ConnectionError(f"no answer from {INGEST}: {getattr(error, 'reason', error)}") from error
    except http.client.HTTPException as error:  # the answer is cut off, or isn't HTTP
        raise ConnectionError(f"no answer from {INGEST}: {error!r}") from error


def pause(headers):
    """Returns the seconds after which a request may be repeated: one, where no number says so."""
    seconds = headers.get("Retry-After", "")
    return int(seconds) if seconds.isdecimal() else 1


def fields(body):
    """Returns what an answer says: nothing, where it isn't ingest's own but a proxy's."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def ask(picture, subject, seconds):
    # By an id of the caller's own the verdict is found, whatever becomes of the answer.
    probe_id = str(uuid.uuid4())
    probe = urllib.parse.urlencode({"id": probe_id, "source": "example", "task": "claim", "subject": subject})
    end = time.monotonic() + seconds
    sent = False
    while True:
        wait = min(LONGEST_WAIT, max(0, math.ceil(end - time.monotonic())))
        try:
            if sent:
                status, repeat, answer = call("GET", f"/v1/probes/{probe_id}/verdict?", wait)
            else:
                status, repeat, answer = call("POST", f"/v1/probes?{probe}&", wait, picture)
        except ConnectionError as error:
            if not sent:
                raise
            # Once it has taken the probe, ingest may be away for a while.
            status, repeat, answer = 503, 1, {"error": error}
        if status == 200:
            if answer.get("outcome"):
                return answer
            sys.exit(f"{INGEST} answers 200 without a verdict: is it ingest?")
        pending = status == 202 or (sent and status == 404)
        busy = status in (429, 503)
        if not pending and not busy:
            sys.exit(f"{status} {answer['error']}")
        left = end - time.monotonic()
        if left <= 0:
            sys.exit(f"no verdict on {probe_id} within {seconds} s: {answer['error'] if busy else 'is a verifier running?'}")
        sent = sent or pending
        time.sleep(min(left, max(0.1, repeat) if busy else 0.1))


if len(sys.argv) < 3:
    sys.exit("usage: ask.py PICTURE SUBJECT [SECONDS]")
try:
    verdict = ask(pathlib.Path(sys.argv[1]).read_bytes(), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 60)
except (OSError, ValueError) as error:
    sys.exit(str(error))
print(verdict["outcome"], verdict.get("reason") or verdict.get("score"))
