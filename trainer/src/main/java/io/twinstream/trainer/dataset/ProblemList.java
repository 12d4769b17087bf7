package io.twinstream.trainer.dataset;

import io.twinstream.schemas.text.ForeignText;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Collects what is wrong with data: it counts every problem and keeps the first {@value #KEPT} of each kind. It is for
 * one thread.
 */
public final class ProblemList {
    static final int KEPT = 20;

    private final Map<DataProblem, Long> counts = new EnumMap<>(DataProblem.class);
    private final Map<DataProblem, List<String>> first = new EnumMap<>(DataProblem.class);

    /** Adds a problem; the line may hold any characters, as names in archives do. */
    void add(DataProblem kind, String line) {
        counts.merge(kind, 1L, Long::sum);
        List<String> kept = first.computeIfAbsent(kind, each -> new ArrayList<>());
        if (kept.size() < KEPT) {
            kept.add(ForeignText.line(line));
        }
    }

    /** Returns how many problems of the kind there are. */
    public long count(DataProblem kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** Returns the kinds of problem that there are, in the order of {@link DataProblem}. */
    public List<DataFindings> findings() {
        return counts.keySet().stream()
                .map(kind -> new DataFindings(kind, count(kind), first.getOrDefault(kind, List.of())))
                .toList();
    }

    /**
     * The findings are all problems of one kind.
     *
     * @param count the number of all of them, at least 1
     * @param first at most {@value ProblemList#KEPT} of them, one line each: the image or class, and the reason
     */
    public record DataFindings(DataProblem problem, long count, List<String> first) {
        public DataFindings {
            first = List.copyOf(first);
        }
    }
}
