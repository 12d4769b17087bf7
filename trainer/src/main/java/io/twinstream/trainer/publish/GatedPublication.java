package io.twinstream.trainer.publish;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.publish.Gate.GateDecision;
import io.twinstream.trainer.publish.Gate.ValidationImages;
import io.twinstream.trainer.publish.GatedPublication.PublishOutcome.PublishKind;
import io.twinstream.trainer.settings.PublishingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a package unless it is worse than the version that serves:
 *
 * <ol>
 *   <li>read and check the package
 *   <li>look whether its version is published: with the same bytes there is nothing to do, with others it is an error
 *   <li>measure it on the validation images, and compare it with what serves, unless the order says why not
 *   <li>publish it, with its measures and the gate's words in the release
 * </ol>
 */
public final class GatedPublication {
    private final ModelPublisher publisher;
    private final ServingVersion serving;
    private final Gate gate;

    public GatedPublication(KafkaClients clients, Topics topics, ModelSettings models, PublishingSettings publishing) {
        this.publisher = new ModelPublisher(clients, topics, publishing.signingKey());
        this.serving = new ServingVersion(clients, topics, models, publishing.ownModel());
        this.gate = Gate.of(publishing);
    }

    /**
     * Carries out an order.
     *
     * @throws PublicationException if the version is published with other bytes, or there is nothing to compare on
     * @throws IOException if the package or the images can't be read
     * @throws org.apache.kafka.common.KafkaException if the topics can't be read or written
     */
    public PublishOutcome publish(PublishOrder order) throws IOException {
        ModelPackage candidate = PackageArchive.read(order.file());
        Manifest manifest = candidate.manifest();
        if (publisher.isPublished(candidate, order.file())) {
            return unchanged(manifest);
        }
        GateDecision decision = decide(order, candidate);
        if (!decision.passed()) {
            return new PublishOutcome(PublishKind.REFUSED, manifest, decision.line(), warnings(manifest, decision));
        }
        boolean written = publisher.publish(candidate, order.file(), decision, order.runId());
        return written
                ? new PublishOutcome(PublishKind.PUBLISHED, manifest, decision.line(), warnings(manifest, decision))
                : unchanged(manifest);
    }

    private static List<String> warnings(Manifest manifest, GateDecision decision) {
        return Stream.concat(ThresholdBasis.warnings(manifest).stream(), decision.warnings().stream())
                .toList();
    }

    private GateDecision decide(PublishOrder order, ModelPackage candidate) throws IOException {
        ValidationImages images = order.validation();
        String forced = order.forcedBecause();
        if (forced != null) {
            return images == null ? Gate.unmeasured(forced) : Gate.measured(candidate, images, forced);
        }
        if (images == null) {
            String name = candidate.manifest().name();
            if (serving.succeeds(name)) {
                throw new PublicationException(
                        "a version of %s serves already: name validation images to compare the models on, or say why not to"
                                .formatted(name));
            }
            return Gate.unmeasured("no validation images were named");
        }
        return gate.compare(candidate, serving.find(), images);
    }

    private static PublishOutcome unchanged(Manifest manifest) {
        return new PublishOutcome(PublishKind.UNCHANGED, manifest, "the same package is published already", List.of());
    }

    /**
     * An order names a package that is to be published.
     *
     * @param file the package
     * @param validation the images to measure and compare on; null if there are none
     * @param forcedBecause the reason why the package is to be published whatever serves; null if there is none
     * @param runId the training run that made the package; null if it is only a file
     */
    public record PublishOrder(
            Path file,
            @Nullable ValidationImages validation,
            @Nullable String forcedBecause,
            @Nullable String runId) {}

    /**
     * An outcome tells what became of a package.
     *
     * @param line one line that says why
     * @param warnings a line for each threshold of the package that its classes, or the validation images, don't bear out
     */
    public record PublishOutcome(PublishKind kind, Manifest manifest, String line, List<String> warnings) {
        public PublishOutcome {
            warnings = List.copyOf(warnings);
        }

        /** A publication ends in one of these ways. */
        public enum PublishKind {
            /** The package is on the topics now. */
            PUBLISHED,
            /** The same bytes were on the topics before, and nothing was written. */
            UNCHANGED,
            /** The gate did not let the package pass, and nothing was written. */
            REFUSED
        }
    }
}
