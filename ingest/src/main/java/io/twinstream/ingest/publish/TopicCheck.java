package io.twinstream.ingest.publish;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/**
 * Asks the broker whether the topics that ingest writes to exist and may be written to. It answers within a second or two. For
 * many threads.
 */
public final class TopicCheck implements AutoCloseable {
    private static final int TIMEOUT_MS = 1_000;

    private final Admin admin;
    private final List<String> topics;

    private TopicCheck(Admin admin, Topics topics) {
        this.admin = admin;
        this.topics = List.of(topics.probes(), topics.references(), topics.labelledImages());
    }

    /** Opens a check with a client of its own; returns before a broker has answered. */
    public static TopicCheck open(KafkaClients clients, Topics topics) {
        return new TopicCheck(clients.admin("twinstream-ingest-check"), topics);
    }

    /** Completes once a broker has named each topic and all can be written to; fails with a {@link PublishException}. */
    public CompletableFuture<Void> check() {
        CompletableFuture<Void> checked = new CompletableFuture<>();
        DescribeTopicsOptions options =
                new DescribeTopicsOptions().timeoutMs(TIMEOUT_MS).includeAuthorizedOperations(true);
        var described = admin.describeTopics(topics, options).topicNameValues();
        CompletableFuture<?>[] each = topics.stream()
                .map(topic -> requireNonNull(described.get(topic)).whenComplete((description, failure) -> {
                    if (failure != null) {
                        checked.completeExceptionally(PublishException.of(topic, failure, false));
                    } else if (!isWritable(description)) {
                        checked.completeExceptionally(
                                PublishException.of(topic, new TopicAuthorizationException("no WRITE"), false));
                    }
                }))
                .map(future -> future.toCompletionStage().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        var unused = CompletableFuture.allOf(each).thenRun(() -> checked.complete(null));
        return checked;
    }

    /** Returns whether the topic can be written to; true where the broker doesn't say what is allowed. */
    private static boolean isWritable(TopicDescription topic) {
        return topic.authorizedOperations() == null
                || topic.authorizedOperations().contains(AclOperation.WRITE);
    }

    @Override
    public void close() {
        admin.close(Duration.ofMillis(TIMEOUT_MS));
    }
}
