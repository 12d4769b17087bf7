package io.twinstream.schemas.settings;

import io.twinstream.schemas.text.ForeignText;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * Reads the parts of a configuration one by one and collects what is wrong in each, so that all of it is told at once. Of one thread.
 *
 * <pre>
 *   Findings findings = new Findings();
 *   Supplier&lt;HttpSettings&gt; http = findings.read(() -&gt; HttpSettings.of(settings, "ingest"));
 *   Supplier&lt;Shard&gt; shard = findings.read(() -&gt; Shard.of(settings));
 *   findings.refuseAny();
 *   return new Configuration(http.get(), shard.get());
 * </pre>
 */
public final class Findings {
    private final Set<String> lines = new LinkedHashSet<>();

    /**
     * Reads a part now.
     *
     * @return gives it; where it could not be read, whatever asks for it is not read either
     */
    public <T> Supplier<T> read(Supplier<T> part) {
        return readWithout(Set.of(), part);
    }

    /**
     * Reads a part now, with defaults in place of values that are no good. What is found about their keys is left out: it may
     * only follow from the defaults.
     *
     * @param unfit the keys of those values
     */
    <T> Supplier<T> readWithout(Set<String> unfit, Supplier<T> part) {
        try {
            T read = part.get();
            return () -> read;
        } catch (SettingsException e) {
            e.findings().stream().filter(line -> !names(unfit, line)).forEach(lines::add);
            return () -> {
                throw refusedBefore();
            };
        } catch (ConfigException | IllegalArgumentException e) {
            if (!names(unfit, String.valueOf(e.getMessage()))) {
                add(String.valueOf(e.getMessage()));
            }
            return () -> {
                throw refusedBefore();
            };
        }
    }

    /** Runs a check that throws where something is wrong. */
    public void check(Runnable check) {
        var unused = read(() -> {
            check.run();
            return true;
        });
    }

    /** Adds a finding: key, value unless it is a secret, rule and what to do, in one line. */
    public void add(String line) {
        lines.add(ForeignText.line(line));
    }

    /**
     * Ends the reading where there is anything wrong.
     *
     * @throws SettingsException with all findings
     */
    public void refuseAny() {
        if (!lines.isEmpty()) {
            throw new SettingsException(List.copyOf(lines));
        }
    }

    private static boolean names(Set<String> keys, String line) {
        return keys.stream()
                .anyMatch(key -> Pattern.compile("(?<![\\w.])%s(?![\\w]|\\.\\w)".formatted(Pattern.quote(key)))
                        .matcher(line)
                        .find());
    }

    /** What needs a part that is no good can't be made either, and adds nothing to what was found. */
    private static SettingsException refusedBefore() {
        return new SettingsException(List.of());
    }
}
