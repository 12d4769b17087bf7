package io.twinstream.schemas.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * Knows the keys that Kafka's own code reads and the values that they take, so that a misspelt key under {@code kafka.} is told:
 * Kafka itself ignores it. A key that differs from one of these by a slip is refused, and so is a value that one of Kafka's
 * clients would refuse. Any other key goes to the clients with a warning, since their plugins, as interceptors, reporters of
 * metrics and login callbacks, read keys that no list holds. It never changes.
 */
public final class KafkaKeys {
    /** A key with at most this many letters changed, added or left out is a slip; a plugin's key is hardly that near. */
    private static final int SLIP = 2;

    /** A slip changes at most one in this many letters of the key that was meant. */
    private static final int LETTERS = 4;

    /** What follows these is a name of the user's own, and what follows that is read by what has the name. */
    private static final List<String> OPEN = List.of("config.providers.", "metrics.context.");

    /** Matches a reference to a value that lies elsewhere, which the client's own provider resolves. */
    private static final Pattern ELSEWHERE = Pattern.compile("\\$\\{[^}:]+:[^}]*}");

    /** The keys, each with how the clients that read it declare it. */
    private final Map<String, List<ConfigDef.ConfigKey>> known;

    private final List<String> open;

    private KafkaKeys(Map<String, List<ConfigDef.ConfigKey>> known, List<String> open) {
        this.known = Map.copyOf(known);
        this.open = List.copyOf(open);
    }

    /** Returns the keys of consumers, producers and admins. */
    public static KafkaKeys ofClients() {
        return new KafkaKeys(Map.of(), OPEN)
                .with("", ConsumerConfig.configDef())
                .with("", ProducerConfig.configDef())
                .with("", AdminClientConfig.configDef());
    }

    /**
     * Returns these keys and those of one more reader.
     *
     * @param prefix what its keys begin with
     */
    public KafkaKeys with(String prefix, ConfigDef reader) {
        Map<String, List<ConfigDef.ConfigKey>> all = new TreeMap<>(known);
        reader.configKeys()
                .forEach((name, key) -> all.merge(
                        prefix + name,
                        List.of(key),
                        (before, added) ->
                                Stream.of(before, added).flatMap(List::stream).toList()));
        return new KafkaKeys(all, open);
    }

    /** Returns these keys and all that begin with one of the prefixes, whose other part no list holds. */
    public KafkaKeys withOpen(Collection<String> prefixes) {
        TreeSet<String> more = new TreeSet<>(open);
        more.addAll(prefixes);
        return new KafkaKeys(known, List.copyOf(more));
    }

    /**
     * Adds what is wrong with a key.
     *
     * @param key the key with its prefix {@code kafka.}
     * @return whether the clients may have it
     */
    boolean check(String key, Findings findings) {
        String name = key.substring(Settings.KAFKA_PREFIX.length());
        if (known.containsKey(name) || open.stream().anyMatch(name::startsWith)) {
            return true;
        }
        String nearest = known.keySet().stream()
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

    /**
     * Throws unless every client that reads a key takes a value.
     *
     * @param key the key with its prefix {@code kafka.}
     * @param shown how a message may show the value; empty for a secret
     * @throws ConfigException with one line
     */
    void checkValue(String key, String value, Optional<String> shown) {
        if (ELSEWHERE.matcher(value).find()) {
            return;
        }
        for (ConfigDef.ConfigKey each : known.getOrDefault(key.substring(Settings.KAFKA_PREFIX.length()), List.of())) {
            try {
                Object parsed = ConfigDef.parseType(each.name, value, each.type);
                if (each.validator != null) {
                    each.validator.ensureValid(each.name, parsed);
                }
                if (each.name.equals(CommonSettings.BOOTSTRAP)) {
                    CommonSettings.requireBrokers(each.name, value);
                }
            } catch (ConfigException e) {
                throw new ConfigException("%s%s: %s; set another, or leave it out"
                        .formatted(key, shown.map(" is '%s'"::formatted).orElse(""), Settings.rule(e)));
            }
        }
    }
}
