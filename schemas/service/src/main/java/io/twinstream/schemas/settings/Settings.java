package io.twinstream.schemas.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * Holds the settings of one process as keys and values. Every key is declared once with type, default and doc. Values come
 * from a file, then the environment, then options. A key that begins with {@code kafka.} goes to every Kafka client unchanged,
 * unless {@link KafkaKeys} takes it for a slip or its value for one that no client takes.
 *
 * <p>Only the typed configuration of a service, and the code that makes it, reads these settings. They never change.
 */
public final class Settings extends AbstractConfig {
    public static final String KAFKA_PREFIX = "kafka.";

    /**
     * Time within which every client learns of new partitions; with Kafka's own five minutes their records would lie unread
     * for that long.
     */
    private static final int METADATA_MAX_AGE_MS = 10_000;

    /** Kafka's own providers of values that lie elsewhere, as {@code ${file:/run/secrets.properties:token}}. */
    private static final Map<String, Object> PROVIDERS = Map.of(
            "config.providers", "file,directory,env",
            "config.providers.file.class", FileConfigProvider.class.getName(),
            "config.providers.directory.class", DirectoryConfigProvider.class.getName(),
            "config.providers.env.class", EnvVarConfigProvider.class.getName());

    /** A key with at most this many letters changed, added or left out looks like a slip. */
    private static final int SLIP = 3;

    private static final Pattern SECRET = Pattern.compile("password|jaas|secret|ssl\\.keystore\\.key|credential");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(file|directory|env):[^}]*}");

    private Settings(ConfigDef declared, Map<String, String> values) {
        super(declared, values, Map.of(), false);
    }

    /** Returns whether the key's value must not be shown, since it is declared a password or looks like one of Kafka's. */
    public static boolean isSecret(ConfigDef declared, String key) {
        ConfigDef.ConfigKey known = declared.configKeys().get(key);
        return known == null
                ? key.startsWith(KAFKA_PREFIX) && SECRET.matcher(key).find()
                : known.type == ConfigDef.Type.PASSWORD;
    }

    /**
     * Parses the settings and checks each value by itself.
     *
     * @param layers the sources from the weakest to the strongest; a key in a later one replaces it in an earlier one
     * @throws SettingsException with a line for each unknown key, and for each value that has the wrong form or lies where it
     *     can't be read
     */
    @SafeVarargs
    public static Settings parse(ConfigDef declared, Map<String, String>... layers) {
        return read(declared, settings -> settings, layers);
    }

    /**
     * Parses the settings and makes a configuration of them.
     *
     * @param configuration makes the configuration; throws a ConfigException or IllegalArgumentException where settings don't
     *     go together
     * @param layers the sources as {@link #parse} takes them
     * @throws SettingsException with a line for each fault, in single values and in the configuration
     */
    @SafeVarargs
    public static <T> T read(ConfigDef declared, Function<Settings, T> configuration, Map<String, String>... layers) {
        return read(declared, Optional.empty(), line -> {}, configuration, layers);
    }

    /**
     * Parses the settings as {@link #read(ConfigDef, Function, Map[])} does, and checks the keys for Kafka's clients too.
     *
     * @param warnings takes a line for each key that no client knows
     * @throws SettingsException with a line also for each key for Kafka that is misspelt
     */
    @SafeVarargs
    public static <T> T read(
            ConfigDef declared,
            KafkaKeys kafka,
            Consumer<String> warnings,
            Function<Settings, T> configuration,
            Map<String, String>... layers) {
        return read(declared, Optional.of(kafka), warnings, configuration, layers);
    }

    @SafeVarargs
    private static <T> T read(
            ConfigDef declared,
            Optional<KafkaKeys> kafka,
            Consumer<String> warnings,
            Function<Settings, T> configuration,
            Map<String, String>... layers) {
        Map<String, String> given = new TreeMap<>();
        for (Map<String, String> layer : layers) {
            given.putAll(layer);
        }
        Findings findings = new Findings();
        Map<String, String> fit = new TreeMap<>();
        Set<String> unfit = new TreeSet<>();
        given.forEach((key, value) -> {
            ConfigDef.ConfigKey known = declared.configKeys().get(key);
            if (known == null && !key.startsWith(KAFKA_PREFIX)) {
                findings.add(unknown(key, declared.names()));
                return;
            }
            if (known == null && !kafka.map(keys -> keys.check(key, findings)).orElse(true)) {
                return;
            }
            try {
                String found = resolved(key, value);
                check(known, value, found);
                if (known == null) {
                    Optional<String> shown = isSecret(declared, key) ? Optional.empty() : Optional.of(value.strip());
                    kafka.ifPresent(keys -> keys.checkValue(key, found, shown));
                }
                fit.put(key, found);
            } catch (ConfigException e) {
                unfit.add(key);
                findings.add(String.valueOf(e.getMessage()));
            }
        });
        Settings settings = new Settings(declared, fit);
        Supplier<T> made = findings.readWithout(unfit, () -> configuration.apply(settings));
        findings.refuseAny();
        findings.remarks().forEach(warnings);
        return made.get();
    }

    /** Returns the line on a key that nobody declared; it names the nearest declared one where the key looks like a slip. */
    private static String unknown(String key, Collection<String> declared) {
        return declared.stream()
                .min(Comparator.comparingInt(name -> distance(key, name)))
                .filter(name -> distance(key, name) <= SLIP)
                .map(name -> "unknown setting %s: did you mean %s?".formatted(key, name))
                .orElse("unknown setting %s: 'twinstream settings' lists them all".formatted(key));
    }

    /** Returns Levenshtein's edit distance. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    /** Returns the value, or the content of the place that it refers to. */
    private static String resolved(String key, String value) {
        // Kafka leaves a reference that it can't resolve as text, which would be a token that everybody could guess.
        if (!REFERENCE.matcher(value).find()) {
            return value;
        }
        String found;
        try {
            found = String.valueOf(new AbstractConfig(new ConfigDef(), Map.of(key, value), PROVIDERS, false)
                    .originals()
                    .get(key));
        } catch (ConfigException e) {
            throw new ConfigException(
                    "%s names %s: %s; make that readable, or name another".formatted(key, value, e.getMessage()));
        }
        Matcher left = REFERENCE.matcher(found);
        if (left.find()) {
            throw new ConfigException(
                    "%s names %s, which isn't there: put it there, or name another".formatted(key, left.group()));
        }
        return found;
    }

    /**
     * Throws unless a declared key takes the value that was found. The message shows the value as given, which may only name
     * where a secret lies.
     */
    private static void check(ConfigDef.@Nullable ConfigKey known, String given, String found) {
        if (known == null) {
            return;
        }
        String key = known.name;
        try {
            Object parsed = ConfigDef.parseType(key, found, known.type);
            if (known.validator != null) {
                known.validator.ensureValid(key, parsed);
            }
        } catch (ConfigException e) {
            String shown = known.type == ConfigDef.Type.PASSWORD ? "" : " is '%s'".formatted(given.strip());
            String unset = String.valueOf(ConfigDef.convertToString(known.defaultValue, known.type));
            throw new ConfigException("%s%s: %s; set another, or none for %s"
                    .formatted(key, shown, rule(e), unset.isEmpty() ? "no value" : unset));
        }
    }

    /** Returns the rule that Kafka's exception says, without the value and the key. */
    static String rule(ConfigException e) {
        String rule = String.valueOf(e.getMessage())
                .replaceFirst("(?s)^Invalid value .* for configuration \\S+: ", "")
                .replaceFirst("\\.$", "");
        return rule.substring(0, 1).toLowerCase(Locale.ROOT) + rule.substring(1);
    }

    /** Reads a time in whole milliseconds. */
    public Duration millis(String key) {
        return Duration.ofMillis(((Number) get(key)).longValue());
    }

    /** Reads a secret, without the white space around it; empty where none is set. */
    public Optional<String> secret(String key) {
        String value = getPassword(key).value().strip();
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /** Reads the name of a file or folder; empty where none is set. */
    public Optional<Path> path(String key) {
        String name = getString(key);
        return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
    }

    /** Reads the names of files. */
    public List<Path> paths(String key) {
        return getList(key).stream().map(Path::of).toList();
    }

    /**
     * Makes the layer of the environment variables: {@code TWINSTREAM_VERIFIER_THREADS} is {@code verifier.threads}, {@code
     * TWINSTREAM_KAFKA_SECURITY_PROTOCOL} is {@code kafka.security.protocol}.
     */
    public static Map<String, String> environment(Map<String, String> variables) {
        Map<String, String> layer = new TreeMap<>();
        variables.forEach((name, value) -> {
            if (name.startsWith("TWINSTREAM_")) {
                layer.put(
                        name.substring("TWINSTREAM_".length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '.'),
                        value);
            }
        });
        return layer;
    }

    /** Returns a new map of Kafka client settings: defaults, then the values given under {@code kafka.}, without the prefix. */
    public Map<String, Object> kafka() {
        Map<String, Object> client = new HashMap<>();
        client.put("bootstrap.servers", getString(CommonSettings.BOOTSTRAP));
        client.put("metadata.max.age.ms", METADATA_MAX_AGE_MS);
        client.putAll(originalsWithPrefix(KAFKA_PREFIX));
        return client;
    }
}
