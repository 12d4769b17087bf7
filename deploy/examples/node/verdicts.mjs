// Prints every verdict as a line of JSON, from the first that the topic holds, until it is stopped. A group that is named goes
// on where it was.
import { randomUUID } from 'node:crypto';
import { fail, kafka, topic } from './kafka.mjs';
import { Codec } from './records.mjs';

const verdicts = new Codec('Verdict-6.avsc');
const consumer = kafka.consumer({
  groupId: process.argv[2] ?? `twinstream-example-${randomUUID()}`,
  allowAutoTopicCreation: false,
  readUncommitted: false, // what an aborted transaction left is no verdict
});

consumer.on(consumer.events.CRASH, ({ payload }) => fail(payload.error));
const stop = () => consumer.disconnect();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
process.stdout.once('error', stop); // as when `head` has read enough

try {
  await consumer.connect();
  await consumer.subscribe({ topic: topic('verdicts'), fromBeginning: true });
  await consumer.run({
    // The offset is committed after this: a verdict may come twice, and none is lost.
    eachMessage: async ({ partition, message }) => {
      try {
        console.log(JSON.stringify(verdicts.decode(message.value)));
      } catch (error) {
        console.error(`${message.key} (partition ${partition}, offset ${message.offset}): ${error.message}`);
      }
    },
  });
} catch (error) {
  fail(error);
  await stop();
}
