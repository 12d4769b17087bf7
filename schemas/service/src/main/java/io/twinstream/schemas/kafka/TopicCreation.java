package io.twinstream.schemas.kafka;

import io.twinstream.schemas.topic.TopicDeclaration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates the topics that are missing and reports how the others differ from their declarations. It changes no topic that
 * exists.
 */
public final class TopicCreation {
    /** Time that a topic has to become known to all brokers. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long LOOK_MS = 100;

    private final Admin admin;

    public TopicCreation(Admin admin) {
        this.admin = admin;
    }

    /** Creates the missing topics, with the broker's default replication. This may be repeated. */
    public List<TopicReport> create(Collection<TopicDeclaration> declarations) throws InterruptedException {
        List<TopicReport> reports = new ArrayList<>();
        for (TopicDeclaration declared : declarations) {
            reports.add(report(declared));
        }
        awaitKnown(reports.stream()
                .filter(TopicReport::created)
                .map(TopicReport::name)
                .toList());
        return reports;
    }

    /**
     * Waits until the created topics are known where they are asked for, so that whoever comes next finds them: a broker that has
     * much to do learns of a topic later than the controller says that it is there. They are created even if this lasts too long.
     */
    private void awaitKnown(List<String> created) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!created.isEmpty() && System.nanoTime() < deadline) {
            try {
                admin.describeTopics(created).allTopicNames().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
        }
    }

    /**
     * Creates a topic, or compares the one that exists. A topic that somebody creates or deletes just then is known to some
     * brokers and not to others, so it is asked for again.
     */
    private TopicReport report(TopicDeclaration declared) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            if (tryCreate(declared)) {
                return new TopicReport(declared.name(), true, List.of());
            }
            try {
                return new TopicReport(declared.name(), false, differences(declared));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() > deadline) {
                    throw failure(declared, e);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
        }
    }

    private boolean tryCreate(TopicDeclaration declared) throws InterruptedException {
        NewTopic topic = new NewTopic(declared.name(), Optional.of(declared.partitions()), Optional.empty())
                .configs(declared.settings());
        try {
            admin.createTopics(List.of(topic)).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw failure(declared, e);
        }
    }

    private List<String> differences(TopicDeclaration declared) throws ExecutionException, InterruptedException {
        return new TopicComparison(admin)
                .differences(declared).stream()
                        .filter(TopicDifference::isDeclared)
                        .map(TopicDifference::line)
                        .toList();
    }

    private static KafkaException failure(TopicDeclaration declared, ExecutionException e) {
        return new KafkaException(
                "the topic %s can't be set up".formatted(declared.name()), e.getCause() == null ? e : e.getCause());
    }
}
