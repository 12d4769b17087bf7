package io.twinstream.schemas.kafka;

import io.twinstream.schemas.topic.TopicDeclaration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Creates the topics that are missing and reports how the others differ from their declarations. It changes no topic that
 * exists.
 */
public final class TopicCreation {
    private final Admin admin;

    public TopicCreation(Admin admin) {
        this.admin = admin;
    }

    /** Creates the missing topics, with the broker's default replication. This may be repeated. */
    public List<TopicReport> create(Collection<TopicDeclaration> declarations) throws InterruptedException {
        List<TopicReport> reports = new ArrayList<>();
        for (TopicDeclaration declared : declarations) {
            reports.add(
                    tryCreate(declared)
                            ? new TopicReport(declared.name(), true, List.of())
                            : new TopicReport(declared.name(), false, differences(declared)));
        }
        return reports;
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

    private List<String> differences(TopicDeclaration declared) throws InterruptedException {
        try {
            return new TopicComparison(admin)
                    .differences(declared).stream()
                            .filter(TopicDifference::isDeclared)
                            .map(TopicDifference::line)
                            .toList();
        } catch (ExecutionException e) {
            throw failure(declared, e);
        }
    }

    private static KafkaException failure(TopicDeclaration declared, ExecutionException e) {
        return new KafkaException(
                "the topic %s can't be set up".formatted(declared.name()), e.getCause() == null ? e : e.getCause());
    }
}
