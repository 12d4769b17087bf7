package io.twinstream.schemas.files;

import io.twinstream.schemas.text.ForeignText;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What was found and isn't meant, counted by its kind, with the first {@value #NAMED} names of each. For one thread. */
public final class LeftOut {
    private static final int NAMED = 3;

    private final Map<FileKind, Long> counts = new EnumMap<>(FileKind.class);
    private final Map<FileKind, List<String>> names = new EnumMap<>(FileKind.class);

    /** Adds one: a folder with all that is in it, a file or a link. */
    public void add(FileKind kind, String name) {
        counts.merge(kind, 1L, Long::sum);
        List<String> named = names.computeIfAbsent(kind, each -> new ArrayList<>());
        if (named.size() < NAMED) {
            named.add(ForeignText.value(name));
        }
    }

    /** One line: {@code 2 that systems put there (a/@eaDir, Thumbs.db), 1 links (b)}; empty if nothing was left out. */
    public Optional<String> line() {
        return counts.isEmpty()
                ? Optional.empty()
                : Optional.of(counts.keySet().stream().map(this::line).collect(Collectors.joining(", ")));
    }

    private String line(FileKind kind) {
        List<String> named = names.getOrDefault(kind, List.of());
        long count = counts.getOrDefault(kind, 0L);
        return "%d %s (%s%s)"
                .formatted(count, kind.words(), String.join(", ", named), count > named.size() ? ", ..." : "");
    }
}
