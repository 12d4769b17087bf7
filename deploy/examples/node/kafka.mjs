// The brokers. With TLS or SASL they need `ssl` and `sasl` here: https://kafka.js.org/docs/configuration
import { Kafka, logLevel } from 'kafkajs';

const brokers = process.env.TWINSTREAM_BOOTSTRAP_SERVERS ?? 'localhost:9092';
const prefix = process.env.TWINSTREAM_TOPIC_PREFIX ?? 'twinstream';

export const kafka = new Kafka({
  clientId: 'twinstream-example',
  brokers: brokers.split(','),
  retry: { retries: 3 },
  logLevel: logLevel.NOTHING, // what goes wrong is thrown as well
});

export const topic = (name) => `${prefix}.${name}`;

/** Says in one line what went wrong, and where. */
export function fail(error) {
  console.error(error.name.startsWith('KafkaJS') ? `${prefix}.* on ${brokers}: ${error.message}` : error.message);
  process.exitCode = 1;
}
