package io.twinstream.deploy.cli;

import static java.util.Objects.requireNonNull;

import io.twinstream.deploy.acl.Access;
import io.twinstream.deploy.acl.Grant;
import io.twinstream.deploy.acl.Service;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/** The Kafka cluster that a command needs, asked for first so that its absence is said at once and plainly. */
final class Cluster {
    private static final int ANSWER_WITHIN_MS = 5_000;

    private Cluster() {}

    /**
     * Looks for what a service needs, its own topics and its rights there.
     *
     * @throws CommandException if no broker answers within 5 seconds, a topic is missing, or the user may not do with it
     *     what the service does
     */
    static void requireTopics(Settings settings, Service service) throws InterruptedException, ExecutionException {
        List<Grant> needed = Access.of(service, settings).stream()
                .filter(Cluster::isOneTopic)
                .toList();
        List<String> names = needed.stream().map(each -> each.resource().name()).toList();
        try (Admin admin = require(settings)) {
            var described = admin.describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .topicNameValues();
            for (Grant grant : needed) {
                String topic = grant.resource().name();
                Set<AclOperation> allowed = allowed(topic, requireNonNull(described.get(topic)));
                String lacking = grant.operations().stream()
                        .filter(each -> allowed != null && !allowed.contains(each))
                        .map(Enum::name)
                        .collect(Collectors.joining(", "));
                if (!lacking.isEmpty()) {
                    throw new CommandException(
                            ExitCodes.FAILURE,
                            "the user lacks %s on the topic %s: 'twinstream acls %s' prints what it needs"
                                    .formatted(lacking, topic, service));
                }
            }
        }
    }

    private static boolean isOneTopic(Grant grant) {
        return grant.resource().resourceType() == ResourceType.TOPIC
                && grant.resource().patternType() == PatternType.LITERAL;
    }

    /** Null from a broker that doesn't say. */
    private static @Nullable Set<AclOperation> allowed(String topic, KafkaFuture<TopicDescription> described)
            throws InterruptedException, ExecutionException {
        try {
            return described.get().authorizedOperations();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new CommandException(
                        ExitCodes.FAILURE,
                        "the topic %s doesn't exist: run 'twinstream topics create'".formatted(topic));
            }
            if (e.getCause() instanceof TopicAuthorizationException) {
                return Set.of();
            }
            throw e;
        }
    }

    /**
     * A client of a cluster that has answered.
     *
     * @throws CommandException if no broker answers within 5 seconds
     */
    static Admin require(Settings settings) throws InterruptedException {
        Map<String, Object> config = settings.kafka();
        config.put("default.api.timeout.ms", ANSWER_WITHIN_MS);
        config.put("request.timeout.ms", ANSWER_WITHIN_MS);
        Admin admin = Admin.create(config);
        try {
            admin.describeCluster().nodes().get();
            return admin;
        } catch (ExecutionException e) {
            admin.close();
            if (e.getCause() instanceof TimeoutException) {
                throw new CommandException(
                        ExitCodes.UNREACHABLE,
                        "no broker answers at %s: start one with 'twinstream broker', or name one with --bootstrap"
                                .formatted(settings.getString(CommonSettings.BOOTSTRAP)));
            }
            ErrorLine line = ErrorLine.of(e);
            throw new CommandException(
                    line.exitCode(),
                    "the broker at %s refuses: %s"
                            .formatted(settings.getString(CommonSettings.BOOTSTRAP), line.text()));
        }
    }
}
