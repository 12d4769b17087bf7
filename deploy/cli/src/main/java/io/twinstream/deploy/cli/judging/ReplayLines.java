package io.twinstream.deploy.cli.judging;

import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.verifier.replay.ConfusionTable;
import io.twinstream.verifier.replay.Decision;
import io.twinstream.verifier.replay.Replay;
import io.twinstream.verifier.replay.Reproduction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes what a replay found: as lines for people, as fields for programs. */
final class ReplayLines {
    private ReplayLines() {}

    static List<String> of(Replay.Coverage coverage, Reproduction reproduction) {
        List<String> lines = new ArrayList<>();
        lines.add("%d probes: %d the same, %d differ, %d from a changed gallery; largest score difference %.1e"
                .formatted(
                        coverage.probes(),
                        reproduction.same(),
                        reproduction.differs(),
                        reproduction.galleryChanged(),
                        reproduction.largestScoreDifference()));
        lines.add(rest(coverage));
        new TreeMap<>(reproduction.versions())
                .forEach((version, count) -> lines.add("%8d judged by %s".formatted(count, version)));
        reproduction.differences().forEach(difference -> lines.add(line(difference)));
        return lines;
    }

    static List<String> of(Replay.Coverage coverage, ConfusionTable confusion) {
        List<String> lines = new ArrayList<>();
        lines.add("%d probes: %d compared, %d claims and identifications with another best subject, %d rejected now"
                .formatted(coverage.probes(), coverage.compared(), confusion.otherSubject(), confusion.rejected()));
        lines.add(rest(coverage));
        lines.add("%-10s %-10s %10s %10s %10s".formatted("", "on record", "match", "non-match", "undecided"));
        confusion
                .table()
                .forEach((task, rows) -> rows.forEach((outcome, now) -> lines.add("%-10s %-10s %10d %10d %10d"
                        .formatted(
                                word(task),
                                word(outcome),
                                now.getOrDefault(Outcome.MATCH, 0L),
                                now.getOrDefault(Outcome.NON_MATCH, 0L),
                                now.getOrDefault(Outcome.UNDECIDED, 0L)))));
        return lines;
    }

    static Map<String, Object> fields(Replay.Coverage coverage, Reproduction reproduction) {
        Map<String, Object> fields = fields(coverage);
        fields.put("same", reproduction.same());
        fields.put("differs", reproduction.differs());
        fields.put("galleryChanged", reproduction.galleryChanged());
        fields.put("largestScoreDifference", reproduction.largestScoreDifference());
        fields.put("versions", new TreeMap<>(reproduction.versions()));
        fields.put("differences", reproduction.differences());
        return fields;
    }

    static Map<String, Object> fields(Replay.Coverage coverage, ConfusionTable confusion) {
        Map<String, Object> fields = fields(coverage);
        Map<TaskKind, Map<Outcome, Map<Outcome, Long>>> table = confusion.table();
        fields.put("otherSubject", confusion.otherSubject());
        fields.put("rejected", confusion.rejected());
        fields.put("confusion", table);
        return fields;
    }

    private static Map<String, Object> fields(Replay.Coverage coverage) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("probes", coverage.probes());
        fields.put("compared", coverage.compared());
        fields.put("withoutVerdict", coverage.withoutVerdict());
        fields.put("rejectedAgain", coverage.rejectedAgain());
        fields.put("duplicateVerdicts", coverage.duplicateVerdicts());
        fields.put("verdictsWithoutProbe", coverage.verdictsWithoutProbe());
        return fields;
    }

    private static String rest(Replay.Coverage coverage) {
        return "%d without a verdict, %d rejected again, %d verdicts too many, %d verdicts whose probe is gone"
                .formatted(
                        coverage.withoutVerdict(),
                        coverage.rejectedAgain(),
                        coverage.duplicateVerdicts(),
                        coverage.verdictsWithoutProbe());
    }

    private static String line(Reproduction.Difference difference) {
        return "%s at %d/%d: %s -> %s"
                .formatted(
                        difference.probeId() == null ? "a probe" : difference.probeId(),
                        difference.partition(),
                        difference.offset(),
                        text(difference.onRecord()),
                        text(difference.now()));
    }

    private static String text(@Nullable Decision decision) {
        if (decision == null) {
            return "rejected";
        }
        String subject = decision.subject() == null ? "" : " " + decision.subject();
        String score = decision.score() == null ? "" : " %.6f".formatted(decision.score());
        return "%s %s%s%s (%s %.8s)"
                .formatted(
                        word(decision.task()),
                        word(decision.outcome()),
                        subject,
                        score,
                        decision.model(),
                        decision.sha256());
    }

    private static String word(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
