package io.twinstream.deploy.cli.models;

import io.twinstream.schemas.modelpackage.FmrPoint;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.verifier.control.ActivationEntry;
import io.twinstream.verifier.control.ActivationOutcome;
import io.twinstream.verifier.control.ActivationOutcome.Unready;
import io.twinstream.verifier.control.ModelDetails;
import io.twinstream.verifier.control.ModelRole;
import io.twinstream.verifier.control.ModelSummary;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes model versions as lines for people: one a version, and one below it for each verifier. Times are UTC, and those of an
 * order that was just given are local as well.
 */
final class ModelLines {
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS xxx");

    private final List<String> lines = new ArrayList<>();

    private ModelLines() {}

    static List<String> of(List<ModelSummary> models) {
        ModelLines text = new ModelLines();
        if (models.isEmpty()) {
            text.line("no version is published, and no verifier runs");
            return text.lines;
        }
        text.line("%-24s %-20s %9s %16s  %-8s  %s", "VERSION", "PUBLISHED", "SIZE", "EER", "SIGNED", "ROLE");
        models.forEach(text::summary);
        if (models.stream().flatMap(each -> each.roles().stream()).noneMatch(ModelLines::isServing)) {
            text.line("no activation is in effect: each verifier judges by its own model");
        }
        return text.lines;
    }

    static List<String> of(ModelDetails details) {
        ModelLines text = new ModelLines();
        text.summary(details.summary());
        text.field("sha256", details.sha256());
        text.field("package sha256", details.packageSha256());
        text.field("training run", details.runId());
        text.field("parent", details.parent());
        text.field("architecture", details.architecture());
        InputSpec input = details.input();
        if (input != null) {
            text.line(
                    "  input: %d x %d x %d, embedding %d",
                    input.width(), input.height(), input.channels(), details.embeddingLength());
        }
        Impostors.withoutThresholds(details.summary().evaluation())
                .forEach((name, value) -> text.line("  %s: %s", name, value));
        for (ThresholdBasis basis : bases(details.summary())) {
            basis.doubts().forEach(doubt -> text.line("  warning: %s", doubt));
        }
        for (FmrPoint point : details.fmrTable()) {
            text.line("  threshold for FMR %s: %.6f", point.fmr(), point.threshold());
        }
        for (FmrPoint point : details.lookAlikeFmrTable()) {
            text.line("  threshold for FMR %s among look-alikes: %.6f", point.fmr(), point.threshold());
        }
        TrainingRecord training = details.training();
        if (training != null) {
            text.line(
                    "  trained at %s on %s, seed %d, %s",
                    training.trainedAt(), training.dataFingerprint(), training.seed(), training.settings());
        }
        for (ActivationEntry each : details.activations()) {
            text.line("  %s from %s, by %s: %s", each.slot(), each.effectiveAt(), each.by(), each.reason());
        }
        return text.lines;
    }

    /** Says of an order that was given from when it holds, and what to mind. */
    static List<String> of(ActivationOutcome outcome) {
        ActivationEntry entry = outcome.entry();
        List<String> lines = new ArrayList<>();
        lines.add("%s from %s (%s)".formatted(effect(entry), local(entry.effectiveAt()), entry.effectiveAt()));
        for (ActivationEntry cancelled : outcome.cancelled()) {
            lines.add("cancelled: %s from %s".formatted(effect(cancelled), local(cancelled.effectiveAt())));
        }
        boolean serving = entry.slot().equals("serving");
        for (Unready each : outcome.notReady()) {
            lines.add("warning: %s %s: %s"
                    .formatted(
                            each.instance(),
                            each.state() == null ? "doesn't know the version yet" : "is " + each.state(),
                            serving
                                    ? "unless it is ready by then, its probes will wait for it"
                                    : "it scores nothing in the shadow until it is ready"));
        }
        outcome.mayBeMissing().forEach(line -> lines.add("warning: " + line));
        return lines;
    }

    private void summary(ModelSummary model) {
        Instant published = model.publishedAt();
        line(
                "%-24s %-20s %9s %16s  %-8s  %s",
                model.name() + "/" + model.version(),
                published == null ? "not published" : published.truncatedTo(ChronoUnit.SECONDS),
                megabytes(model.packageBytes()),
                percent(model.evaluation().get("eer")) + (published == null || model.measured() ? "" : " claimed"),
                published == null ? "-" : model.signed() ? "signed" : "unsigned",
                String.join(", ", model.roles().stream().map(ModelLines::role).toList()));
        field("gate", model.decision());
        field("unproven", model.unproven());
        if (Boolean.FALSE.equals(model.knowsDomain())) {
            field("knows no domain", "pictures of another kind than it was trained for are judged like any");
        }
        bases(model).forEach(basis -> line("  %s", basis.line()));
        field("thresholds in force", model.impostors());
        field("fault", model.fault());
        for (InstanceState each : model.instances()) {
            line(
                    "  %-22s %s, gallery %d, unusable references %d%s",
                    each.instance(),
                    each.state(),
                    each.gallerySize(),
                    each.unusableReferences(),
                    each.reason() == null ? "" : ": " + each.reason());
        }
    }

    private static List<ThresholdBasis> bases(ModelSummary model) {
        return Stream.of(model.thresholds(), model.lookAlikeThresholds())
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private static String effect(ActivationEntry entry) {
        if (entry.name() == null) {
            return "the shadow is empty";
        }
        String model = entry.name() + "/" + entry.version();
        return model + (entry.slot().equals("serving") ? " serves" : " is in the shadow");
    }

    private static String local(Instant time) {
        return LOCAL.format(time.atZone(ZoneId.systemDefault()));
    }

    private static boolean isServing(ModelRole role) {
        return role.kind() == ModelRole.RoleKind.SERVING;
    }

    private static String role(ModelRole role) {
        return switch (role.kind()) {
            case SERVING -> "serving since " + role.from();
            case SHADOW -> "in the shadow since " + role.from();
            case PREDECESSOR -> "predecessor";
            case PENDING_SERVING -> "serving from " + role.from();
            case PENDING_SHADOW -> "in the shadow from " + role.from();
        };
    }

    private void field(String name, @Nullable String value) {
        if (value != null) {
            line("  %s: %s", name, value);
        }
    }

    private static String megabytes(@Nullable Long bytes) {
        return bytes == null ? "-" : String.format(Locale.ROOT, "%.2f MB", bytes / 1e6);
    }

    private static String percent(@Nullable Double rate) {
        return rate == null ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * rate);
    }

    private void line(String format, @Nullable Object... values) {
        Object[] shown = Stream.of(values)
                .map(value -> value instanceof String text ? ForeignText.line(text) : value)
                .toArray();
        lines.add(String.format(Locale.ROOT, format, shown).stripTrailing());
    }
}
