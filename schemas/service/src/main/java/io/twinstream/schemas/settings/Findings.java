package io.twinstream.schemas.settings;

import io.twinstream.schemas.text.ForeignText;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;

/**
 * Reads the parts of a configuration one by one and collects everything that is wrong, so that all of it is told at once. For
 * one thread.
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
    private final Set<String> remarks = new LinkedHashSet<>();

    /**
     * Reads a part of the configuration now.
     *
     * @return gives the part; where the part could not be read, whatever asks for it counts as unread too
     */
    public <T> Supplier<T> read(Supplier<T> part) {
        return readWithout(Set.of(), part);
    }

    /**
     * Reads a part of the configuration now, with defaults in place of values that are invalid. Findings about the keys of
     * those values are left out, since they may only follow from the defaults.
     *
     * @param unfit the keys of the invalid values
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

    /** Adds a finding of one line: the key, its value unless that is a secret, the rule and what to do. */
    public void add(String line) {
        lines.add(ForeignText.line(line));
    }

    /** Adds a line on what may be meant as it is: it is told with the findings, but nothing is refused for it. */
    void remark(String line) {
        remarks.add(ForeignText.line(line));
    }

    /** Returns the lines that nothing is refused for. */
    List<String> remarks() {
        return List.copyOf(remarks);
    }

    /**
     * Throws if anything is wrong.
     *
     * @throws SettingsException with all findings, and the remarks behind them
     */
    public void refuseAny() {
        if (!lines.isEmpty()) {
            throw new SettingsException(
                    Stream.of(lines, remarks).flatMap(Set::stream).toList());
        }
    }

    private static boolean names(Set<String> keys, String line) {
        return keys.stream()
                .anyMatch(key -> Pattern.compile("(?<![\\w.])%s(?![\\w]|\\.\\w)".formatted(Pattern.quote(key)))
                        .matcher(line)
                        .find());
    }

    /** Makes the exception for a part that needs another, unread one; it adds nothing to the findings. */
    private static SettingsException refusedBefore() {
        return new SettingsException(List.of());
    }
}
