package io.twinstream.deploy.acl;

import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Says what a user may do with one resource, from any host. Each of READ, WRITE and DELETE allows DESCRIBE as well.
 *
 * @param operations operations that the service needs
 * @param spared operations without which the service works, if with less
 * @param purpose what the operations are for
 * @param optional whether the service works without the resource, if with less
 */
public record Grant(
        ResourcePattern resource,
        List<AclOperation> operations,
        List<AclOperation> spared,
        String purpose,
        boolean optional) {
    public Grant {
        operations = List.copyOf(operations);
        spared = List.copyOf(spared);
    }

    static Grant topic(String name, String purpose, AclOperation... operations) {
        return of(ResourceType.TOPIC, name, PatternType.LITERAL, purpose, operations);
    }

    static Grant optionalTopic(String name, String purpose, AclOperation... operations) {
        Grant grant = topic(name, purpose, operations);
        return new Grant(grant.resource(), grant.operations(), grant.spared(), purpose, true);
    }

    /** Returns this grant with further operations, without which the service works. */
    Grant sparing(AclOperation... others) {
        return new Grant(
                resource,
                operations,
                Stream.concat(spared.stream(), Stream.of(others)).toList(),
                purpose,
                optional);
    }

    /** Returns all operations, with those that are needed first. */
    public List<AclOperation> all() {
        return Stream.concat(operations.stream(), spared.stream()).toList();
    }

    static Grant topics(String prefix, String purpose, AclOperation... operations) {
        return of(ResourceType.TOPIC, prefix, PatternType.PREFIXED, purpose, operations);
    }

    static Grant group(String name, String purpose) {
        return of(ResourceType.GROUP, name, PatternType.LITERAL, purpose, AclOperation.READ);
    }

    static Grant transactionalIds(String prefix, String purpose) {
        return of(ResourceType.TRANSACTIONAL_ID, prefix, PatternType.PREFIXED, purpose, AclOperation.WRITE);
    }

    /** Returns a grant on the transactions of every producer, foreign ones included. */
    static Grant anyTransactionalId(String purpose) {
        return of(
                ResourceType.TRANSACTIONAL_ID,
                ResourcePattern.WILDCARD_RESOURCE,
                PatternType.LITERAL,
                purpose,
                AclOperation.WRITE);
    }

    private static Grant of(
            ResourceType type, String name, PatternType pattern, String purpose, AclOperation... operations) {
        return new Grant(new ResourcePattern(type, name, pattern), List.of(operations), List.of(), purpose, false);
    }

    /**
     * Returns the broker's own form of this grant, one binding for each operation.
     *
     * @param principal for instance {@code User:verifier}
     */
    public Stream<AclBinding> bindings(String principal) {
        return all().stream()
                .map(operation -> new AclBinding(
                        resource, new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW)));
    }
}
