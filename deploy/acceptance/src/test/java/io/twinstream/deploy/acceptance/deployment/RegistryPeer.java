package io.twinstream.deploy.acceptance.deployment;

import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.apicurio.registry.serde.strategy.TopicIdStrategy;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Verdict;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Stands for somebody else's program at the same registry, which writes probes and reads verdicts with Apicurio's own serdes.
 */
final class RegistryPeer implements AutoCloseable {
    private final KafkaProducer<String, Probe> producer;
    private final Deserializer<Verdict> verdicts = new AvroKafkaDeserializer<>();

    RegistryPeer(String bootstrapServers, String url) {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                "apicurio.registry.url",
                url,
                "apicurio.registry.auto-register",
                true,
                "apicurio.registry.artifact-resolver-strategy",
                TopicIdStrategy.class.getName(),
                // Else it registers each nested record by itself.
                "apicurio.registry.dereference-schema",
                true,
                "apicurio.registry.use-specific-avro-reader",
                true);
        AvroKafkaSerializer<Probe> probes = new AvroKafkaSerializer<>();
        probes.configure(config, false);
        verdicts.configure(config, false);
        producer = new KafkaProducer<>(config, new StringSerializer(), probes);
    }

    void identify(String topic, String id, byte[] image) {
        producer.send(new ProducerRecord<>(
                topic, id, new Probe(id, "peer", Instant.now(), ByteBuffer.wrap(image), new Identify(1), null)));
        producer.flush();
    }

    Verdict verdict(String topic, byte[] value) {
        return verdicts.deserialize(topic, value);
    }

    @Override
    public void close() {
        producer.close();
        verdicts.close();
    }
}
