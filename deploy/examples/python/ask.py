"""Asks ingest over HTTP whether a picture shows a subject, and waits for the verdict."""

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


def call(method, path, body=None):
    headers = {"Content-Type": "application/octet-stream"}
    if TOKEN:
        headers["Authorization"] = f"Bearer {TOKEN}"
    request = urllib.request.Request(INGEST + path, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=LONGEST_WAIT + 10) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as refusal:
        try:
            return refusal.code, refusal.headers, json.load(refusal)
        except ValueError:  # not ingest's own, but a proxy's
            return refusal.code, refusal.headers, {"error": refusal.reason}
    except OSError as error:
        raise ConnectionError(f"no answer from {INGEST}: {getattr(error, 'reason', error)}") from error


def ask(picture, subject, seconds):
    # By an id of the caller's own the verdict is found, whatever becomes of the answer.
    probe_id = str(uuid.uuid4())
    probe = urllib.parse.urlencode({"id": probe_id, "source": "example", "task": "claim", "subject": subject})
    end = time.monotonic() + seconds
    sent = False
    while True:
        left = min(LONGEST_WAIT, max(0, math.ceil(end - time.monotonic())))
        try:
            if sent:
                status, headers, answer = call("GET", f"/v1/probes/{probe_id}/verdict?wait={left}s")
            else:
                status, headers, answer = call("POST", f"/v1/probes?{probe}&wait={left}s", picture)
        except ConnectionError as error:
            if not sent:
                raise
            # Once it has taken the probe, ingest may be away for a while.
            status, headers, answer = 503, {}, {"error": error}
        if status == 200:
            return answer
        pending = status == 202 or (sent and status == 404)
        busy = status in (429, 503)
        if not pending and not busy:
            sys.exit(f"{status} {answer['error']}")
        if time.monotonic() >= end:
            sys.exit(f"no verdict on {probe_id} within {seconds} s: {answer['error'] if busy else 'is a verifier running?'}")
        sent = sent or pending
        time.sleep(float(headers.get("Retry-After", 1)) if busy else 0.1)


if len(sys.argv) < 3:
    sys.exit("usage: ask.py PICTURE SUBJECT [SECONDS]")
try:
    verdict = ask(pathlib.Path(sys.argv[1]).read_bytes(), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 60)
except (OSError, ValueError) as error:
    sys.exit(str(error))
print(verdict["outcome"], verdict.get("reason", verdict.get("score")))
