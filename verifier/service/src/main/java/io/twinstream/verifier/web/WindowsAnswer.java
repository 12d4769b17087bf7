package io.twinstream.verifier.web;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.verifier.window.WindowSums;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A windows answer is the answer of {@code GET /v1/match-windows}, with the oldest window first.
 *
 * @param truncated whether there were more than {@value #MOST}, of which these are the newest
 * @param missing the addresses of verifiers whose windows are missing
 */
public record WindowsAnswer(List<WindowJson> windows, boolean truncated, List<String> missing) {
    static final int MOST = 20_000;

    /** Orders windows in the same way whichever verifiers answer for which part. */
    private static final Comparator<MatchWindow> ORDER = Comparator.comparing(MatchWindow::getStart)
            .thenComparing(MatchWindow::getModelName)
            .thenComparing(MatchWindow::getModelVersion)
            .thenComparing(MatchWindow::getTask)
            .thenComparing(MatchWindow::getSourceId);

    public WindowsAnswer {
        windows = List.copyOf(windows);
        missing = List.copyOf(missing);
    }

    static WindowsAnswer of(Collection<MatchWindow> found, boolean fold, Collection<String> missing) {
        List<MatchWindow> windows = new ArrayList<>(fold ? WindowSums.acrossSources(found) : found);
        windows.sort(ORDER);
        int left = Math.max(0, windows.size() - MOST);
        return new WindowsAnswer(
                windows.subList(left, windows.size()).stream()
                        .map(WindowJson::of)
                        .toList(),
                left > 0,
                List.copyOf(missing));
    }

    /** Returns this answer without scores and latencies, which are most of it. */
    WindowsAnswer counts() {
        return new WindowsAnswer(windows.stream().map(WindowJson::counts).toList(), truncated, missing);
    }

    /**
     * Returns this answer, truncated where one of its parts was: what is older than the oldest window of that part
     * isn't whole.
     */
    WindowsAnswer after(Collection<WindowsAnswer> parts) {
        long wholeFromMs = parts.stream()
                .filter(WindowsAnswer::truncated)
                .mapToLong(part -> part.windows().get(0).startMs() + 1)
                .max()
                .orElse(Long.MIN_VALUE);
        return new WindowsAnswer(
                windows.stream().filter(each -> each.startMs() >= wholeFromMs).toList(),
                truncated || wholeFromMs > Long.MIN_VALUE,
                missing);
    }

    /** A {@link MatchWindow} in JSON has the same fields, with the model as {@code NAME/VERSION}. */
    public record WindowJson(
            long startMs,
            long sizeMs,
            String model,
            String source,
            String task,
            long verdicts,
            long matches,
            long nonMatches,
            Map<String, Long> undecided,
            List<Long> scores,
            @Nullable Double thresholdMin,
            @Nullable Double thresholdMax,
            long gallerySum,
            List<Long> latencies,
            long shadowed,
            long shadowAgreed) {
        public WindowJson {
            undecided = Map.copyOf(undecided);
            scores = List.copyOf(scores);
            latencies = List.copyOf(latencies);
        }

        static WindowJson of(MatchWindow window) {
            return new WindowJson(
                    window.getStart().toEpochMilli(),
                    window.getSizeMs(),
                    window.getModelName() + '/' + window.getModelVersion(),
                    window.getSourceId(),
                    window.getTask(),
                    window.getVerdicts(),
                    window.getMatches(),
                    window.getNonMatches(),
                    window.getUndecided(),
                    window.getScores(),
                    threshold(window.getThresholdMin()),
                    threshold(window.getThresholdMax()),
                    window.getGallerySum(),
                    window.getLatencies(),
                    window.getShadowed(),
                    window.getShadowAgreed());
        }

        WindowJson counts() {
            return new WindowJson(
                    startMs,
                    sizeMs,
                    model,
                    source,
                    task,
                    verdicts,
                    matches,
                    nonMatches,
                    undecided,
                    List.of(),
                    thresholdMin,
                    thresholdMax,
                    gallerySum,
                    List.of(),
                    shadowed,
                    shadowAgreed);
        }

        /** JSON has no number for a threshold of no verdict. */
        private static @Nullable Double threshold(double value) {
            return Double.isInfinite(value) ? null : value;
        }

        /**
         * Returns the record of this window.
         *
         * @throws IllegalArgumentException if the text of the model is none
         */
        MatchWindow window() {
            ModelId id = ModelId.parse(model);
            return new MatchWindow(
                    Instant.ofEpochMilli(startMs),
                    sizeMs,
                    id.name(),
                    id.version(),
                    source,
                    task,
                    verdicts,
                    matches,
                    nonMatches,
                    undecided,
                    scores,
                    thresholdMin == null ? Double.POSITIVE_INFINITY : thresholdMin,
                    thresholdMax == null ? Double.NEGATIVE_INFINITY : thresholdMax,
                    gallerySum,
                    latencies,
                    shadowed,
                    shadowAgreed,
                    null);
        }
    }
}
