package io.twinstream.verifier.control;

import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.Imported;
import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.text.Sha256;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A model catalogue shows the versions of a {@link ModelBoard} as people and programs read them. */
final class ModelCatalogue {
    private final ModelBoard board;
    private final Function<ModelId, Optional<Manifest>> held;
    private final ImpostorChoice impostors;

    /** A released manifest is a version's manifest, or the reason why it can't be read. */
    private record ReleasedManifest(
            @Nullable Manifest manifest, @Nullable String fault) {
        static ReleasedManifest of(ModelRelease release) {
            String origin = release.getName() + "/" + release.getVersion();
            try {
                return new ReleasedManifest(
                        PackageArchive.manifest(RecordSerde.content(release.getManifest()), origin), null);
            } catch (IOException e) {
                return new ReleasedManifest(null, ForeignText.line(e.getMessage()));
            }
        }
    }

    /**
     * Creates a catalogue.
     *
     * @param held gives the manifest of a version whose package is at hand, for those that nobody has published
     * @param impostors the impostors whose rates set thresholds here
     */
    ModelCatalogue(ModelBoard board, Function<ModelId, Optional<Manifest>> held, ImpostorChoice impostors) {
        this.board = board;
        this.held = held;
        this.impostors = impostors;
    }

    /** Returns every version, the published ones in the order of their publication, then the verifiers' own. */
    List<ModelSummary> list() {
        return board.models().entrySet().stream()
                .map(each -> summary(each.getKey(), each.getValue(), read(each.getKey(), each.getValue())))
                .toList();
    }

    /**
     * Returns all that is known of a version.
     *
     * @throws ControlException if nobody knows the version
     */
    ModelDetails show(ModelId model) {
        board.requireKnown(model);
        Optional<ModelRelease> release = Objects.requireNonNull(board.models().get(model));
        ReleasedManifest read = read(model, release);
        Manifest manifest = read == null ? null : read.manifest();
        return new ModelDetails(
                summary(model, release, read),
                release.map(each -> Sha256.of(RecordSerde.content(each.getManifest())))
                        .or(() -> reportedSha256(model))
                        .orElse(null),
                release.map(ModelRelease::getPackageSha256).orElse(null),
                release.map(ModelRelease::getRunId).orElse(null),
                manifest == null ? null : manifest.parent(),
                manifest == null ? null : manifest.architecture(),
                manifest == null ? null : manifest.input(),
                manifest == null ? null : manifest.embeddingLength(),
                manifest == null ? null : manifest.histograms(),
                manifest == null ? List.of() : manifest.fmrTable().points(),
                manifest == null
                        ? List.of()
                        : manifest.lookAlikes().map(FmrTable::points).orElse(List.of()),
                manifest == null ? null : manifest.training(),
                board.timeline().activations().stream()
                        .filter(each -> model.equals(each.model()))
                        .map(ActivationEntry::of)
                        .toList(),
                board.unread().lines());
    }

    private @Nullable ReleasedManifest read(ModelId model, Optional<ModelRelease> release) {
        return release.map(ReleasedManifest::of)
                .or(() -> held.apply(model).map(manifest -> new ReleasedManifest(manifest, null)))
                .orElse(null);
    }

    private ModelSummary summary(ModelId model, Optional<ModelRelease> release, @Nullable ReleasedManifest read) {
        Manifest manifest = read == null ? null : read.manifest();
        Optional<Map<String, Double>> measured = release.map(ModelRelease::getMeasured);
        return new ModelSummary(
                model.name(),
                model.version(),
                release.map(ModelRelease::getPublishedAt).orElse(null),
                release.map(ModelRelease::getDecision).orElse(null),
                release.map(ModelRelease::getPackageBytes).orElse(null),
                release.map(ModelRelease::getSignature).isPresent(),
                measured.orElse(manifest == null ? Map.of() : manifest.evaluation()),
                measured.isPresent(),
                unproven(manifest),
                manifest == null ? null : manifest.namesDomain(),
                manifest == null
                        ? null
                        : ThresholdBasis.of(manifest.evaluation()).orElse(null),
                manifest == null || manifest.lookAlikes().isEmpty()
                        ? null
                        : ThresholdBasis.of(manifest.evaluation(), Impostors.LOOK_ALIKES)
                                .orElse(null),
                manifest == null ? null : impostors.inForce(manifest).word(),
                read == null ? null : read.fault(),
                ModelRole.of(model, board),
                board.states().of(model));
    }

    private static @Nullable String unproven(@Nullable Manifest manifest) {
        Imported imported = manifest == null ? null : manifest.imported();
        return imported == null ? null : imported.unproven();
    }

    private Optional<String> reportedSha256(ModelId model) {
        return board.states().of(model).stream()
                .flatMap(each -> Optional.ofNullable(each.sha256()).stream())
                .findFirst();
    }
}
