// Sends a probe straight to Kafka, and prints its id, which is the key of its verdict.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fail, kafka, topic } from './kafka.mjs';
import { Codec } from './records.mjs';

const probes = new Codec('Probe-2.avsc');
const producer = kafka.producer({ allowAutoTopicCreation: false });

const [file, subject] = process.argv.slice(2);
try {
  if (!subject) throw new Error('usage: node send.mjs PICTURE SUBJECT');
  const probe = {
    probeId: randomUUID(),
    sourceId: 'example',
    submittedAt: Date.now(),
    image: await readFile(file),
    task: { 'io.twinstream.schemas.record.Claim': { subjectId: subject } },
    region: null,
  };
  await producer.connect();
  // The key spreads probes over partitions; take the source's id where the order within a source counts.
  await producer.send({ topic: topic('probes'), messages: [{ key: probe.probeId, value: probes.encode(probe) }] });
  console.log(probe.probeId);
} catch (error) {
  fail(error);
} finally {
  await producer.disconnect();
}
