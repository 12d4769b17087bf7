"""Reads and writes records as they lie on the topics: C3 01, the 8 bytes of the schema's fingerprint, the body in Avro."""

import io
import json
import pathlib

import fastavro

SCHEMAS = pathlib.Path(__file__).resolve().parent.parent / "schemas"
RELEASED = dict(line.split() for line in (SCHEMAS / "index").read_text().splitlines())
FILES = {fingerprint: file for file, fingerprint in RELEASED.items()}


def schema(file):
    return fastavro.parse_schema(json.loads((SCHEMAS / file).read_text(encoding="utf-8")))


class Codec:
    """Encodes and decodes one kind of record, for a program that knows it by a released schema, such as Verdict-6.avsc."""

    def __init__(self, file):
        self.header = b"\xc3\x01" + bytes.fromhex(RELEASED[file])
        self.schema = schema(file)
        self.writers = {}

    def encode(self, record):
        body = io.BytesIO()
        fastavro.schemaless_writer(body, self.schema, record)
        return self.header + body.getvalue()

    def decode(self, value):
        """Reads what any released schema wrote: fields unknown here fall away, those that lack have their defaults."""
        if value is None or value[:2] != b"\xc3\x01":
            raise ValueError("the bytes are no single-object encoding")
        fingerprint = value[2:10].hex()
        if fingerprint not in FILES:
            raise ValueError(f"no released schema here has the fingerprint {fingerprint}")
        if fingerprint not in self.writers:
            self.writers[fingerprint] = schema(FILES[fingerprint])
        return fastavro.schemaless_reader(io.BytesIO(value[10:]), self.writers[fingerprint], self.schema)
