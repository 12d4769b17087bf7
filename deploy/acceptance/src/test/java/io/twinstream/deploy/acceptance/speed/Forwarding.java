package io.twinstream.deploy.acceptance.speed;

import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.settings.StreamSettings;
import io.twinstream.verifier.stream.RunningTopology;
import io.twinstream.verifier.stream.StreamsProperties;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Runs Kafka Streams in this process as the verifier's runs, and forwards one and the same value for each record, which is
 * Kafka's own part.
 */
final class Forwarding implements AutoCloseable {
    private final LongAdder forwarded = new LongAdder();
    private final RunningTopology streams;

    /** @param application application id, which its threads' names hold */
    Forwarding(Settings settings, String application, int threads, String from, String to, byte[] value) {
        Topology topology = new Topology()
                .addSource("from", new ByteArrayDeserializer(), new ByteArrayDeserializer(), from)
                .addProcessor("forward", () -> new Forwarder(value, forwarded), "from")
                .addSink("to", to, new ByteArraySerializer(), new ByteArraySerializer(), "forward");
        streams = new RunningTopology(
                "forwarding",
                new ServiceThreads(),
                topology,
                StreamsProperties.verdicts(
                        Wired.clients(settings),
                        StreamSettings.of(settings, CommonSettings.of(settings)),
                        application,
                        threads));
        streams.start();
    }

    long forwarded() {
        return forwarded.sum();
    }

    @Override
    public void close() {
        streams.close();
    }

    private static final class Forwarder extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
        private final byte[] value;
        private final LongAdder forwarded;

        Forwarder(byte[] value, LongAdder forwarded) {
            this.value = value;
            this.forwarded = forwarded;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            context().forward(record.withValue(value));
            forwarded.increment();
        }
    }
}
