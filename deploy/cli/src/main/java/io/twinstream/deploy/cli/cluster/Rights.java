package io.twinstream.deploy.cli.cluster;

import static java.util.Objects.requireNonNull;

import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.acl.Grant;
import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the brokers whether the user has a right before it is needed: what is forbidden later shows in many ways. */
final class Rights {
    private static final Logger log = LoggerFactory.getLogger(Rights.class);

    private Rights() {}

    /**
     * Looks at one grant. Of transactional ids and of topics that aren't there yet brokers say only whether anything is allowed
     * at all.
     *
     * <p>A missing topic without which the service works, as on a cluster of an earlier release, is only warned of.
     *
     * @throws CommandException naming what is missing, and what to do
     * @throws ExecutionException if no broker answers in time
     */
    static void require(Admin admin, ClusterUser service, Grant grant) throws InterruptedException, ExecutionException {
        if (grant.operations().isEmpty()) {
            return;
        }
        Set<AclOperation> allowed = allowed(admin, grant);
        String lacking = grant.operations().stream()
                .filter(each -> allowed != null && !allowed.contains(each))
                .map(Enum::name)
                .collect(Collectors.joining(", "));
        if (!lacking.isEmpty()) {
            throw new CommandException(
                    ExitCodes.FAILURE,
                    "the user lacks %s on the %s %s: 'twinstream acls %s' prints what it needs"
                            .formatted(lacking, type(grant), grant.resource().name(), service));
        }
    }

    private static String type(Grant grant) {
        return grant.resource().resourceType().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (grant.resource().patternType() == PatternType.PREFIXED ? "s that begin with" : "");
    }

    /** Returns what the user may do; null where the broker doesn't say. */
    private static @Nullable Set<AclOperation> allowed(Admin admin, Grant grant)
            throws InterruptedException, ExecutionException {
        String name = grant.resource().name();
        try {
            return switch (grant.resource().resourceType()) {
                case TOPIC -> onTopic(admin, name);
                case GROUP -> onGroup(admin, name);
                default -> onTransactionalId(admin, name);
            };
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Set.of();
            }
            if (e.getCause() instanceof UnknownTopicOrPartitionException && grant.optional()) {
                log.warn("the topic {} doesn't exist: run 'twinstream topics create'", name);
                return null;
            }
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    && grant.resource().patternType() == PatternType.LITERAL) {
                throw new MissingTopicException(name);
            }
            if (e.getCause() instanceof TimeoutException) {
                throw e;
            }
            return null;
        }
    }

    private static @Nullable Set<AclOperation> onTopic(Admin admin, String name)
            throws InterruptedException, ExecutionException {
        var asked = new DescribeTopicsOptions().includeAuthorizedOperations(true);
        var described =
                admin.describeTopics(List.of(name), asked).allTopicNames().get();
        return requireNonNull(described.get(name)).authorizedOperations();
    }

    private static @Nullable Set<AclOperation> onGroup(Admin admin, String name)
            throws InterruptedException, ExecutionException {
        var asked = new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true);
        var described = admin.describeConsumerGroups(List.of(name), asked).all().get();
        return requireNonNull(described.get(name)).authorizedOperations();
    }

    private static @Nullable Set<AclOperation> onTransactionalId(Admin admin, String name)
            throws InterruptedException, ExecutionException {
        admin.describeTransactions(List.of(name)).all().get();
        return null;
    }

    /** Says that a topic is needed and missing; the message names it and what to do. */
    static final class MissingTopicException extends CommandException {
        MissingTopicException(String topic) {
            super(ExitCodes.FAILURE, "the topic %s doesn't exist: run 'twinstream topics create'".formatted(topic));
        }
    }
}
