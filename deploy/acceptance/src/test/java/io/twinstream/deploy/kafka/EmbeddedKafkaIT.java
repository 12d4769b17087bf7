package io.twinstream.deploy.kafka;

import io.twinstream.deploy.testkit.SharedBroker;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs the cases on the embedded broker. */
class EmbeddedKafkaIT extends KafkaCases {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    @Override
    Kafka open() {
        PREFIXES.forEach(broker::claim);
        return new Kafka() {
            @Override
            public String bootstrapServers() {
                return broker.bootstrapServers();
            }

            @Override
            public void close() {
                // Others go on with it.
            }
        };
    }
}
