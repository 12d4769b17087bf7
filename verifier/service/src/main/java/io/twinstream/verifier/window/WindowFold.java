package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Windows of all sources added up to one, whose source is {@value #ALL}. */
public final class WindowFold {
    public static final String ALL = "*";

    private WindowFold() {}

    /** One window for each model version, task, size and start, in the order of the first of each. */
    public static List<MatchWindow> fold(Collection<MatchWindow> windows) {
        Map<List<Object>, MatchWindow> folded = new LinkedHashMap<>();
        for (MatchWindow each : windows) {
            List<Object> key = List.of(
                    each.getModelName(), each.getModelVersion(), each.getTask(), each.getSizeMs(), each.getStart());
            WindowSums sums = new WindowSums(Duration.ofMillis(each.getSizeMs()));
            folded.put(
                    key,
                    MatchWindow.newBuilder(sums.add(folded.getOrDefault(key, sums.empty()), each))
                            .setSourceId(ALL)
                            .build());
        }
        return List.copyOf(folded.values());
    }
}
