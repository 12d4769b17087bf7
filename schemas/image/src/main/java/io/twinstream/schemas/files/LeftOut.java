package io.twinstream.schemas.files;

import io.twinstream.schemas.text.ForeignText;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Counts the files that were found and left out, by their kind, with the first {@value #NAMED} names of each. For one thread.
 */
public final class LeftOut {
    private static final int NAMED = 3;

    private final Map<FileKind, Set<String>> names = new EnumMap<>(FileKind.class);

    /** Counts a name, each only once: a folder with all that is in it, a file or a link. */
    public void add(FileKind kind, String name) {
        names.computeIfAbsent(kind, each -> new LinkedHashSet<>()).add(name);
    }

    /**
     * Counts the beginning of a path with slashes, up to the first step that belongs to a system; counts nothing if no step
     * does.
     */
    public void addSystems(String path) {
        int end = 0;
        for (String step : path.split("/", -1)) {
            end += step.length();
            if (FileKind.isSystems(step)) {
                add(FileKind.SYSTEMS, path.substring(0, end));
                return;
            }
            end++;
        }
    }

    /** Returns one line: {@code 2 that systems put there (a/@eaDir, Thumbs.db), 1 links (b)}; empty if nothing was left out. */
    public Optional<String> line() {
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(names.entrySet().stream()
                        .map(each -> line(each.getKey(), each.getValue()))
                        .collect(Collectors.joining(", ")));
    }

    private static String line(FileKind kind, Set<String> names) {
        String named = names.stream().limit(NAMED).map(ForeignText::value).collect(Collectors.joining(", "));
        return "%d %s (%s%s)".formatted(names.size(), kind.words(), named, names.size() > NAMED ? ", ..." : "");
    }
}
