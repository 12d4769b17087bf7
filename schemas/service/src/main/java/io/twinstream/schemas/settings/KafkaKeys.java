package io.twinstream.schemas.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Knows the keys that Kafka's own code reads, so that a misspelt key under {@code kafka.} is told: Kafka itself ignores it. A
 * key that differs from one of these by a slip is refused. Any other goes to the clients with a warning, since their plugins,
 * as interceptors, reporters of metrics and login callbacks, read keys that no list holds. It never changes.
 */
public final class KafkaKeys {
    /** A key with at most this many letters changed, added or left out is a slip; a plugin's key is hardly that near. */
    private static final int SLIP = 2;

    /** A slip changes at most one in this many letters of the key that was meant. */
    private static final int LETTERS = 4;

    /** What follows these is a name of the user's own, and what follows that is read by what has the name. */
    private static final List<String> OPEN = List.of("config.providers.", "metrics.context.");

    private final Set<String> known;
    private final List<String> open;

    private KafkaKeys(Set<String> known, List<String> open) {
        this.known = Set.copyOf(known);
        this.open = List.copyOf(open);
    }

    /** Returns the keys of consumers, producers and admins. */
    public static KafkaKeys ofClients() {
        Set<String> known = new TreeSet<>(ConsumerConfig.configNames());
        known.addAll(ProducerConfig.configNames());
        known.addAll(AdminClientConfig.configNames());
        return new KafkaKeys(known, OPEN);
    }

    /**
     * Returns these keys and more.
     *
     * @param prefixes what keys may begin with whose other part no list holds
     */
    public KafkaKeys with(Collection<String> names, Collection<String> prefixes) {
        Set<String> all = new TreeSet<>(known);
        all.addAll(names);
        Set<String> more = new TreeSet<>(open);
        more.addAll(prefixes);
        return new KafkaKeys(all, List.copyOf(more));
    }

    /**
     * Adds what is wrong with a key.
     *
     * @param key the key with its prefix {@code kafka.}
     * @return whether the clients may have it
     */
    boolean check(String key, Findings findings) {
        String name = key.substring(Settings.KAFKA_PREFIX.length());
        if (known.contains(name) || open.stream().anyMatch(name::startsWith)) {
            return true;
        }
        String nearest = known.stream()
                .sorted()
                .min(Comparator.comparingInt(each -> Settings.distance(name, each)))
                .orElseThrow();
        if (Settings.distance(name, nearest) <= Math.min(SLIP, nearest.length() / LETTERS)) {
            findings.add("unknown setting %s: did you mean kafka.%s?".formatted(key, nearest));
            return false;
        }
        findings.remark(
                "no Kafka client knows %s: it is handed on, for plugins that read it; kafka.%s is the nearest that they know"
                        .formatted(key, nearest));
        return true;
    }
}
