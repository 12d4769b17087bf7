package io.twinstream.deploy.verdict;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.schemas.text.ForeignText;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/** Writes a verdict in one line for people, with one more for each region, and field by field for programs. */
public final class VerdictText {
    private VerdictText() {}

    /**
     * Returns a line like {@code MATCH identify camera-1 8c4f...: alice 0.9931 >= 0.9120, bob 0.4012 (compact 1)}, which names
     * every candidate of an identification, best first.
     */
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

    /**
     * Returns a line for each region that was judged, like {@code   412,96,180,210 found 0.97: MATCH alice 0.9931}: the box in
     * pixels, how sure its finder is, and what is said of it. There is none where the picture was judged as a whole.
     */
    public static List<String> regions(Verdict verdict) {
        return verdict.getRegions().stream()
                .map(each -> "  %s: %s %s"
                        .formatted(
                                box(each.getRegion()),
                                each.getOutcome(),
                                each.getOutcome() == Outcome.UNDECIDED ? String.valueOf(each.getCause()) : who(each)))
                .toList();
    }

    /** Returns a box in whole pixels, as it is written on the command line, and how sure its finder is. */
    public static String box(Region region) {
        return "%d,%d,%d,%d found %.2f"
                .formatted(
                        Math.round(region.getX()),
                        Math.round(region.getY()),
                        Math.round(region.getWidth()),
                        Math.round(region.getHeight()),
                        region.getScore());
    }

    private static String who(RegionVerdict said) {
        return said.getCandidates().isEmpty()
                ? "%.4f".formatted(said.getScore())
                : said.getCandidates().stream()
                        .map(each -> "%s %.4f".formatted(ForeignText.value(each.getSubjectId()), each.getScore()))
                        .collect(Collectors.joining(", "));
    }

    /** Returns every field by its name on the topic: records as objects, lists as lists, and times in ISO 8601. */
    public static Map<String, Object> fields(IndexedRecord verdict) {
        return object(verdict);
    }

    private static Map<String, Object> object(IndexedRecord written) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Schema.Field field : written.getSchema().getFields()) {
            fields.put(field.name(), plain(written.get(field.pos())));
        }
        return fields;
    }

    private static String comparison(Verdict verdict) {
        Double score = verdict.getScore();
        if (score == null) {
            return "no score";
        }
        List<Candidate> candidates = verdict.getTask() == TaskKind.IDENTIFY ? verdict.getCandidates() : List.of();
        String best =
                verdict.getTask() == TaskKind.PAIR || verdict.getCandidates().isEmpty()
                        ? ""
                        : ForeignText.value(verdict.getCandidates().get(0).getSubjectId()) + " ";
        String others = candidates.stream()
                .skip(1)
                .map(each -> ", %s %.4f".formatted(ForeignText.value(each.getSubjectId()), each.getScore()))
                .collect(Collectors.joining());
        return "%s%.4f %s %.4f%s"
                .formatted(best, score, score >= verdict.getThreshold() ? ">=" : "<", verdict.getThreshold(), others);
    }

    private static Object plain(Object value) {
        if (value instanceof IndexedRecord written) {
            return object(written);
        }
        if (value instanceof Collection<?> list) {
            return list.stream().map(VerdictText::plain).toList();
        }
        return value == null || value instanceof Number || value instanceof Boolean ? value : value.toString();
    }
}
