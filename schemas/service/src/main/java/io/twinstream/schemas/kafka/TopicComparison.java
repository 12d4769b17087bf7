package io.twinstream.schemas.kafka;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.topic.TopicDeclaration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares topics with their declarations: partitions, replicas, and the settings that are in effect, whether set on the topic
 * or defaults of the brokers. It changes nothing. For one thread.
 */
public final class TopicComparison {
    private static final Logger log = LoggerFactory.getLogger(TopicComparison.class);
    private static final int PATIENCE_MS = 10_000;
    static final String PARTITIONS = "partitions";
    private static final String REPLICAS = "replicas";

    private final Admin admin;

    public TopicComparison(Admin admin) {
        this.admin = admin;
    }

    /**
     * Logs each difference of a service's topics in one line, and refuses topics whose settings would lose records or have
     * them misjudged. A topic that can't be compared, for lack of a right or of an answer within {@value #PATIENCE_MS} ms, is
     * said in one line and let pass. A missing topic is left to others.
     *
     * @param service the service's name as {@code twinstream acls} takes it
     * @return false where no broker answered
     * @throws KafkaException with one line, if a vital setting differs
     */
    public static boolean require(KafkaClients clients, Collection<TopicDeclaration> declared, String service) {
        Map<String, Object> bounded = Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                PATIENCE_MS,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                PATIENCE_MS);
        List<TopicDifference> vital = new ArrayList<>();
        try (Admin admin = clients.admin("twinstream-topic-comparison", bounded)) {
            TopicComparison comparison = new TopicComparison(admin);
            Set<String> forbidden = new TreeSet<>();
            for (TopicDeclaration each : declared) {
                try {
                    for (TopicDifference difference : comparison.differences(each)) {
                        if (difference.otherwise().isPresent()) {
                            vital.add(difference);
                        } else if (!hasGrown(each, difference)) {
                            log.warn("{}", difference.told());
                        }
                    }
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof TimeoutException) {
                        log.debug("no broker answers within {} ms", PATIENCE_MS);
                        return false;
                    }
                    if (e.getCause() instanceof AuthorizationException) {
                        forbidden.add(each.name());
                    } else if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                        log.warn(
                                "the topic {} could not be compared with its declaration: {}",
                                each.name(),
                                e.getMessage());
                    }
                }
            }
            if (!forbidden.isEmpty()) {
                log.warn(
                        "topics could not be compared with their declarations, since the user lacks DESCRIBE_CONFIGS on {}: 'twinstream acls {}' prints what it needs",
                        String.join(", ", forbidden),
                        service);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        vital.stream().skip(1).forEach(each -> log.error("{}", each.told()));
        if (!vital.isEmpty()) {
            throw new KafkaException(vital.get(0).told());
        }
        return true;
    }

    /**
     * Returns the differences between a topic and its declaration.
     *
     * @throws ExecutionException if the brokers don't tell
     */
    public List<TopicDifference> differences(TopicDeclaration declared)
            throws InterruptedException, ExecutionException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, declared.name());
        Config config = requireNonNull(
                admin.describeConfigs(List.of(resource)).all().get().get(resource));
        TopicDescription topic = requireNonNull(admin.describeTopics(List.of(declared.name()))
                .allTopicNames()
                .get()
                .get(declared.name()));
        List<TopicDifference> differences = new ArrayList<>();
        int partitions = topic.partitions().size();
        if (partitions != declared.partitions()) {
            differences.add(difference(declared, PARTITIONS, "" + partitions, "" + declared.partitions()));
        }
        differences.addAll(replicas(declared, topic, config));
        for (Map.Entry<String, String> setting : declared.settings().entrySet()) {
            value(config, setting.getKey())
                    .filter(found -> !isSame(setting.getKey(), found, setting.getValue()))
                    .ifPresent(found ->
                            differences.add(difference(declared, setting.getKey(), found, setting.getValue())));
        }
        return differences;
    }

    private static boolean hasGrown(TopicDeclaration declared, TopicDifference difference) {
        return declared.growing()
                && difference.what().equals(PARTITIONS)
                && Integer.parseInt(difference.found()) > declared.partitions();
    }

    private List<TopicDifference> replicas(TopicDeclaration declared, TopicDescription topic, Config config)
            throws InterruptedException, ExecutionException {
        int replicas = topic.partitions().stream()
                .mapToInt(each -> each.replicas().size())
                .min()
                .orElse(0);
        Optional<Integer> inSync =
                value(config, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).map(Integer::parseInt);
        if (inSync.isPresent() && replicas > 0 && replicas < inSync.get()) {
            return List.of(difference(
                    declared,
                    REPLICAS,
                    "" + replicas,
                    "at least %d by min.insync.replicas, without which nothing can be written"
                            .formatted(inSync.get())));
        }
        if (replicas == 1 && admin.describeCluster().nodes().get().size() > 1) {
            return List.of(difference(
                    declared, REPLICAS, "1", "more where there are more brokers: one that is lost takes it along"));
        }
        return List.of();
    }

    private static TopicDifference difference(TopicDeclaration declared, String what, String found, String wanted) {
        Optional<String> otherwise = Optional.ofNullable(declared.vital().get(what))
                .filter(unused -> !what.equals(TopicConfig.CLEANUP_POLICY_CONFIG)
                        || !policies(wanted).containsAll(policies(found)));
        return new TopicDifference(declared.name(), what, found, wanted, otherwise);
    }

    /** Returns a setting's value; empty where brokers of other makes keep it to themselves. */
    private static Optional<String> value(Config config, String setting) {
        return Optional.ofNullable(config.get(setting)).map(ConfigEntry::value);
    }

    private static boolean isSame(String setting, String found, String wanted) {
        return setting.equals(TopicConfig.CLEANUP_POLICY_CONFIG)
                ? policies(found).equals(policies(wanted))
                : found.equals(wanted);
    }

    private static Set<String> policies(String list) {
        return List.of(list.split(",")).stream()
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .collect(Collectors.toSet());
    }
}
