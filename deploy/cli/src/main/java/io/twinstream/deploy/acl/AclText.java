package io.twinstream.deploy.acl;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Writes a service's grants as text, with one line or more for each. */
public final class AclText {
    private static final Map<ResourceType, String> OPTIONS = Map.of(
            ResourceType.TOPIC,
            "--topic",
            ResourceType.GROUP,
            "--group",
            ResourceType.TRANSACTIONAL_ID,
            "--transactional-id");
    private static final Map<ResourceType, String> STRIMZI_TYPES = Map.of(
            ResourceType.TOPIC, "topic", ResourceType.GROUP, "group", ResourceType.TRANSACTIONAL_ID, "transactionalId");

    private AclText() {}

    /** Returns one call of Kafka's own {@code kafka-acls.sh} for each grant. */
    public static Stream<String> commands(String bootstrapServers, String principal, List<Grant> grants) {
        return grants.stream()
                .map(grant ->
                        "kafka-acls.sh --bootstrap-server %s --command-config admin.properties --add --allow-principal '%s' %s --resource-pattern-type %s %s '%s'"
                                .formatted(
                                        bootstrapServers,
                                        principal,
                                        grant.all().stream()
                                                .map(each -> "--operation " + camelCase(each))
                                                .collect(Collectors.joining(" ")),
                                        grant.resource().patternType().name().toLowerCase(Locale.ROOT),
                                        OPTIONS.get(grant.resource().resourceType()),
                                        grant.resource().name()));
    }

    /**
     * Returns a {@code KafkaUser} for Strimzi's user operator, with a password by SCRAM-SHA-512.
     *
     * @param cluster name of the {@code Kafka} resource
     */
    public static Stream<String> strimzi(String cluster, String user, List<Grant> grants) {
        Stream<String> head = """
                ---
                apiVersion: kafka.strimzi.io/v1
                kind: KafkaUser
                metadata:
                  name: %s
                  labels:
                    strimzi.io/cluster: %s
                spec:
                  authentication:
                    type: scram-sha-512
                  authorization:
                    type: simple
                    acls:
                """.formatted(user, cluster).lines();
        return Stream.concat(head, grants.stream().flatMap(AclText::rule));
    }

    /** Returns the rows of the documentation's table. */
    public static Stream<String> markdown(ClusterUser service, List<Grant> grants) {
        return grants.stream()
                .map(grant -> "| %s | %s | `%s` | %s | %s |"
                        .formatted(
                                service,
                                STRIMZI_TYPES.get(grant.resource().resourceType()),
                                grant.resource().name() + (isPrefix(grant) ? "*" : ""),
                                grant.all().stream().map(Enum::name).collect(Collectors.joining(", ")),
                                grant.purpose()));
    }

    private static Stream<String> rule(Grant grant) {
        return """
                      - resource:
                          type: %s
                          name: %s
                          patternType: %s
                        operations: [%s]
                """.formatted(
                STRIMZI_TYPES.get(grant.resource().resourceType()),
                yaml(grant.resource().name()),
                isPrefix(grant) ? "prefix" : "literal",
                grant.all().stream().map(AclText::camelCase).collect(Collectors.joining(", "))).lines();
    }

    /** Quotes a star that stands alone, which would begin an alias in YAML. */
    private static String yaml(String name) {
        return name.equals(ResourcePattern.WILDCARD_RESOURCE) ? "'*'" : name;
    }

    private static boolean isPrefix(Grant grant) {
        return grant.resource().patternType() == PatternType.PREFIXED;
    }

    /** Returns an operation as both tools name it, for example {@code DescribeConfigs}. */
    private static String camelCase(AclOperation operation) {
        return Stream.of(operation.name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }
}
