// Reads and writes records as they lie on the topics: C3 01, the 8 bytes of the schema's fingerprint, the body in Avro.
import { readFileSync } from 'node:fs';
import avro from 'avsc';

const folder = new URL('../schemas/', import.meta.url);
const text = (file) => readFileSync(new URL(file, folder), 'utf8');
const schema = (file) => avro.Type.forSchema(JSON.parse(text(file)));
const released = text('index').trim().split('\n').map((line) => line.split(' '));
const fileOf = new Map(released.map(([file, fingerprint]) => [fingerprint, file]));
const fingerprintOf = new Map(released);

/** Encodes and decodes one kind of record, for a program that knows it by a released schema, such as `Verdict-6.avsc`. */
export class Codec {
  constructor(file) {
    this.header = Buffer.from(`c301${fingerprintOf.get(file)}`, 'hex');
    this.type = schema(file);
    this.resolvers = new Map();
  }

  encode(record) {
    return Buffer.concat([this.header, this.type.toBuffer(record)]);
  }

  /** Reads what any released schema wrote: fields unknown here fall away, those that lack have their defaults. */
  decode(bytes) {
    const [marker, fingerprint] = [bytes?.toString('hex', 0, 2), bytes?.toString('hex', 2, 10)];
    if (marker !== 'c301') throw new Error('the bytes are no single-object encoding');
    if (!fileOf.has(fingerprint)) throw new Error(`no released schema here has the fingerprint ${fingerprint}`);
    if (!this.resolvers.has(fingerprint)) {
      this.resolvers.set(fingerprint, this.type.createResolver(schema(fileOf.get(fingerprint))));
    }
    return this.type.fromBuffer(bytes.subarray(10), this.resolvers.get(fingerprint));
  }
}
