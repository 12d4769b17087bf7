package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.kafka.KafkaContainer;

/** The cases on Apache Kafka's own image, where Docker answers and has the image or can fetch it. Skipped elsewhere. */
class ContainerKafkaIT extends KafkaCases {
    private static final String IMAGE = "apache/kafka:4.3.1";

    /** Testcontainers itself tries for 7 minutes to fetch an image on a machine without network. */
    private static final long LIMIT_SECONDS = 90;

    @Override
    Kafka open() throws Exception {
        CompletableFuture<Boolean> docker = CompletableFuture.supplyAsync(
                () -> DockerClientFactory.instance().isDockerAvailable());
        assumeTrue(within(docker, "Docker"), "no Docker answers");
        KafkaContainer container = new KafkaContainer(IMAGE);
        within(CompletableFuture.runAsync(container::start), IMAGE);
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

    private static <T> T within(CompletableFuture<T> future, String what) throws Exception {
        try {
            return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return abort("%s is not there within %d s".formatted(what, LIMIT_SECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ContainerFetchException missing) {
                return abort(missing.getMessage());
            }
            throw e;
        }
    }
}
