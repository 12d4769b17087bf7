package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** Runs the cases on Apache Kafka's own image, where Docker answers and has the image or can get it. */
class ContainerKafkaIT extends KafkaCases {
    private static final String IMAGE = "apache/kafka:4.3.1";
    private static final long PULL_MINUTES = 3;

    @Override
    Kafka open() throws InterruptedException {
        // Inside a container Testcontainers would fetch one more image, only to learn the host's address.
        assumeTrue(
                Files.notExists(Path.of("/.dockerenv")) || System.getenv("TESTCONTAINERS_HOST_OVERRIDE") != null,
                "inside a container: set TESTCONTAINERS_HOST_OVERRIDE to where published ports answer");
        assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "no Docker answers");
        assumeTrue(hasImage(DockerClientFactory.instance().client()), "Docker has no " + IMAGE + " and can't get it");
        KafkaContainer container = new KafkaContainer(IMAGE);
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

    private static boolean hasImage(DockerClient docker) throws InterruptedException {
        try {
            docker.inspectImageCmd(IMAGE).exec();
            return true;
        } catch (NotFoundException e) {
            return pull(docker);
        }
    }

    private static boolean pull(DockerClient docker) throws InterruptedException {
        try {
            return docker.pullImageCmd(IMAGE).start().awaitCompletion(PULL_MINUTES, TimeUnit.MINUTES);
        } catch (DockerException e) {
            return false;
        }
    }
}
