package io.twinstream.verifier.version;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.references.UnusableReferences;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A version status says how far a version is in this verifier.
 *
 * @param sha256 the hash of the manifest; null before the package is open
 * @param provider the execution provider, {@code CUDA} or {@code CPU}; null before the package is open
 * @param precision the precision that it judges at; null before the package is open
 * @param impostors the impostors whose rates have set the thresholds, {@code look-alikes} or {@code pooled}; null before the
 *     package is open
 * @param batch how many images its embedder is run on at once at most; null before it is warmed
 * @param reason why the version is refused, or an empty text
 * @param gallerySize the number of references in the gallery
 * @param warnings what its thresholds don't carry, each a line
 * @param unusable how many references the version can't use
 * @param firstUnusable the first of these, at most 20, each as {@code subjectId/referenceId} and why
 */
public record VersionStatus(
        ModelId id,
        @Nullable String sha256,
        @Nullable String provider,
        @Nullable Precision precision,
        @Nullable String impostors,
        @Nullable Integer batch,
        VersionState state,
        String reason,
        int gallerySize,
        List<String> warnings,
        UnusableReferences.Count unusable,
        List<String> firstUnusable) {
    private static final int LISTED = 20;

    public VersionStatus {
        reason = ForeignText.line(reason);
        warnings = List.copyOf(warnings);
        firstUnusable = List.copyOf(firstUnusable);
    }

    static VersionStatus unknown(ModelId id) {
        return new VersionStatus(
                id,
                null,
                null,
                null,
                null,
                null,
                VersionState.ASSEMBLING,
                "",
                0,
                List.of(),
                UnusableReferences.Count.NONE,
                List.of());
    }

    static VersionStatus of(ModelId id, ModelVersion version) {
        VersionState state = version.state();
        ServingModel model = version.model();
        UnusableReferences unusable = version.unusable();
        return new VersionStatus(
                id,
                model == null ? null : model.sha256(),
                model == null ? null : model.embedder().provider(),
                model == null ? null : model.embedder().precision(),
                model == null ? null : model.impostors().word(),
                model == null ? null : model.embedder().cut(),
                state,
                version.reason(),
                model == null ? 0 : model.gallery().size(),
                model == null ? List.of() : warnings(model, state),
                unusable.count(),
                unusable.page("", LISTED).stream()
                        .map(each -> "%s: %s: %s".formatted(each.key(), each.reason(), each.message()))
                        .toList());
    }

    private static List<String> warnings(ServingModel model, VersionState state) {
        Stream<@Nullable String> doubts =
                Stream.of(model.thresholdDoubt(), state == VersionState.READY ? model.identificationDoubt() : null);
        return doubts.filter(Objects::nonNull).toList();
    }
}
