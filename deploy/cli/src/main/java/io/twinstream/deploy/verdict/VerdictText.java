package io.twinstream.deploy.verdict;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.schemas.text.ForeignText;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Writes a verdict in one line for people, and field by field for programs. */
public final class VerdictText {
    private VerdictText() {}

    /** Returns a line like {@code MATCH identify camera-1 8c4f...: alice 0.9931 >= 0.9120 (compact 1)}. */
    public static String line(Verdict verdict) {
        return "%-9s %-8s %s %s: %s (%s %s)"
                .formatted(
                        verdict.getOutcome(),
                        verdict.getTask().name().toLowerCase(Locale.ROOT),
                        ForeignText.value(verdict.getSourceId()),
                        ForeignText.value(verdict.getProbeId()),
                        verdict.getOutcome() == Outcome.UNDECIDED
                                ? String.valueOf(Undecided.cause(verdict))
                                : comparison(verdict),
                        ForeignText.value(verdict.getModelName()),
                        ForeignText.value(verdict.getModelVersion()));
    }

    /** Returns every field by its name on the topic, with times in ISO 8601. */
    public static Map<String, Object> fields(Verdict verdict) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (var field : verdict.getSchema().getFields()) {
            fields.put(field.name(), plain(verdict.get(field.pos())));
        }
        fields.put(
                "candidates",
                verdict.getCandidates().stream().map(VerdictText::candidate).toList());
        return fields;
    }

    private static Map<String, Object> candidate(Candidate candidate) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("subjectId", candidate.getSubjectId());
        fields.put("referenceId", candidate.getReferenceId());
        fields.put("score", candidate.getScore());
        return fields;
    }

    private static String comparison(Verdict verdict) {
        Double score = verdict.getScore();
        if (score == null) {
            return "no score";
        }
        String best =
                verdict.getTask() == TaskKind.PAIR || verdict.getCandidates().isEmpty()
                        ? ""
                        : ForeignText.value(verdict.getCandidates().get(0).getSubjectId()) + " ";
        return "%s%.4f %s %.4f"
                .formatted(best, score, score >= verdict.getThreshold() ? ">=" : "<", verdict.getThreshold());
    }

    private static Object plain(Object value) {
        return value == null || value instanceof Number || value instanceof Boolean ? value : value.toString();
    }
}
