package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** The cases on Apache Kafka's own image, where Docker answers. */
class ContainerKafkaIT extends KafkaCases {
    @Override
    Kafka open() {
        assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "no Docker answers");
        KafkaContainer container = new KafkaContainer("apache/kafka:4.3.1");
        container.start();
        return new Kafka() {
            @Override
            public String bootstrapServers() {
                return container.getBootstrapServers();
            }

            @Override
            public void close() {
                container.stop();
            }
        };
    }
}
