package io.twinstream.verifier.web;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.MatchWindow;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A {@link MatchWindow} in JSON, with the same fields; the model is {@code NAME/VERSION}. */
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
        double thresholdMin,
        double thresholdMax,
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
                window.getThresholdMin(),
                window.getThresholdMax(),
                window.getGallerySum(),
                window.getLatencies(),
                window.getShadowed(),
                window.getShadowAgreed());
    }

    /** @throws IllegalArgumentException if the model is none */
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
                thresholdMin,
                thresholdMax,
                gallerySum,
                latencies,
                shadowed,
                shadowAgreed);
    }
}
