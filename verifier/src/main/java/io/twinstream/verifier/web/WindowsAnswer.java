package io.twinstream.verifier.web;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.verifier.window.WindowFold;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Windows as {@code GET /v1/match-windows} answers, oldest first.
 *
 * @param truncated whether there were more than {@value #MOST}; the newest are here
 * @param missing addresses of verifiers whose part isn't here
 */
public record WindowsAnswer(List<WindowJson> windows, boolean truncated, List<String> missing) {
    static final int MOST = 20_000;

    public WindowsAnswer {
        windows = List.copyOf(windows);
        missing = List.copyOf(missing);
    }

    static WindowsAnswer of(Collection<MatchWindow> found, boolean fold, Collection<String> missing) {
        List<MatchWindow> windows = new ArrayList<>(fold ? WindowFold.fold(found) : found);
        windows.sort(Comparator.comparing(MatchWindow::getStart));
        int left = Math.max(0, windows.size() - MOST);
        return new WindowsAnswer(
                windows.subList(left, windows.size()).stream()
                        .map(WindowJson::of)
                        .toList(),
                left > 0,
                List.copyOf(missing));
    }
}
