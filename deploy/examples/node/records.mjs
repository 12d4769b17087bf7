// Reads and writes records as they lie on the topics: C3 01, the 8 bytes of the schema's fingerprint, the body in Avro.
import { readFileSync } from 'node:fs';
import avro from 'avsc';

/** An array that is read no further than its record reaches: a forged count would else fill the memory. */
class BoundedArray extends avro.types.ArrayType {
  _read(tap) {
    const items = [];
    for (let n; (n = count(tap)) > 0; ) while (n--) items.push(this.itemsType._read(tap));
    return items;
  }

  _skip(tap) {
    for (let n; (n = count(tap)) > 0; ) while (n--) this.itemsType._skip(tap);
  }
}

/** A map in the same way. */
class BoundedMap extends avro.types.MapType {
  _read(tap) {
    const values = {};
    for (let n; (n = count(tap)) > 0; ) while (n--) values[tap.readString()] = this.valuesType._read(tap);
    return values;
  }

  _skip(tap) {
    for (let n; (n = count(tap)) > 0; ) while (n--) tap.skipString(), this.valuesType._skip(tap);
  }
}

/** Reads how many items come next; each takes a byte or more. */
function count(tap) {
  const n = tap.readLong();
  if (n < 0) tap.skipLong(); // the size of these items in bytes
  if (Math.abs(n) > tap.buf.length - tap.pos) throw new Error(`${Math.abs(n)} items are claimed where the record ends`);
  return Math.abs(n);
}

const folder = new URL('../schemas/', import.meta.url);
const text = (file) => readFileSync(new URL(file, folder), 'utf8');
const bounded = { array: BoundedArray, map: BoundedMap };
const typeHook = (type, options) => bounded[type.type] && new bounded[type.type](type, options);
const schema = (file) => avro.Type.forSchema(JSON.parse(text(file)), { typeHook });
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
