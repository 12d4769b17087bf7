package io.twinstream.deploy.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Turns the lines of a chart's values into the rows of a table. A value is a key with a comment of one line above it; a key
 * without one holds further values.
 */
final class ValueTable {
    private static final Pattern COMMENT = Pattern.compile(" *# (?<text>.+)");
    private static final Pattern KEY = Pattern.compile("(?<indent> *)(?<name>\\w+):(?: (?<value>.+))?");

    private final List<String> lines;
    private final List<String> groups = new ArrayList<>();

    private ValueTable(List<String> lines) {
        this.lines = lines;
    }

    /** Returns a row for each value of a file: its name, its default and the comment above it. */
    static List<String> rows(Path file) throws IOException {
        return new ValueTable(Files.readAllLines(file)).rows();
    }

    private List<String> rows() {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher key = KEY.matcher(lines.get(i));
            if (!key.matches()) {
                continue;
            }
            int depth = key.group("indent").length() / 2;
            if (depth > groups.size()) {
                // A part of the value above.
                continue;
            }
            groups.subList(depth, groups.size()).clear();
            Matcher comment = COMMENT.matcher(i == 0 ? "" : lines.get(i - 1));
            if (comment.matches()) {
                String name = String.join(".", groups) + (groups.isEmpty() ? "" : ".") + key.group("name");
                String value = Optional.ofNullable(key.group("value")).orElseGet(below(i, depth));
                rows.add("| `%s` | `%s` | %s |".formatted(name, value, comment.group("text")));
            } else {
                groups.add(key.group("name"));
            }
        }
        return rows;
    }

    /** Returns the lines of a value that lies below its key, as one. */
    private Supplier<String> below(int key, int depth) {
        return () -> lines.subList(key + 1, lines.size()).stream()
                .takeWhile(line -> line.startsWith(" ".repeat(2 * depth + 2)) && !line.contains("# "))
                .map(String::strip)
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
