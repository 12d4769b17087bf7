package io.twinstream.deploy.kafka;

import io.twinstream.deploy.broker.BrokerOptions;
import io.twinstream.deploy.broker.EmbeddedBroker;
import java.io.IOException;

/** The cases on the embedded broker. */
class EmbeddedKafkaIT extends KafkaCases {
    @Override
    Kafka open() throws IOException {
        EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.temporary());
        return new Kafka() {
            @Override
            public String bootstrapServers() {
                return broker.bootstrapServers();
            }

            @Override
            public void close() throws IOException {
                broker.close();
            }
        };
    }
}
