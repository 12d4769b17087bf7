package io.twinstream.trainer.foreign;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec.TemplatePoint;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An import order says which foreign model becomes which version, and what proves that it answers here as it did there.
 *
 * @param model the ONNX file
 * @param name the line of models
 * @param version unique within the name
 * @param validation images by class, which thresholds are measured on
 * @param golden golden vectors as {@link GoldenFile} reads them; null without
 * @param tolerance the least cosine at which a golden vector agrees
 * @param unproven the reason why there are no golden vectors; null with them
 * @param locator the detector that finds what the embedder is to see; null where it sees whole pictures
 */
public record ImportOrder(
        Path model,
        String name,
        String version,
        ForeignInput input,
        Path validation,
        @Nullable Path golden,
        double tolerance,
        @Nullable String unproven,
        @Nullable LocatorOrder locator) {
    /** The least cosine where none is given. */
    public static final double DEFAULT_TOLERANCE = 0.9999;

    public ImportOrder {
        requireName(name, version);
        if (!(tolerance > 0 && tolerance <= 1)) {
            throw new IllegalArgumentException("the tolerance must lie above 0 and not above 1, was " + tolerance);
        }
        if (golden == null && (unproven == null || unproven.isBlank())) {
            throw new IllegalArgumentException(
                    "an import needs golden vectors, which prove that the model answers here as it does there: give --golden, or --unproven with a reason");
        }
        if (golden != null && unproven != null) {
            throw new IllegalArgumentException(
                    "golden vectors prove the import: give --golden or --unproven, not both");
        }
        boolean aligns = input.preparation().fit() == Fit.ALIGN;
        if (aligns && locator == null) {
            throw new IllegalArgumentException(
                    "the fit align needs a locator that finds key points: give --locator, or --fit stretch, letterbox or crop");
        }
        if (locator != null && aligns == locator.spec().template().isEmpty()) {
            throw new IllegalArgumentException(
                    aligns
                            ? "the fit align needs to know where key points are laid: give --template"
                            : "a template is for the fit align: give --fit align, or no --template");
        }
        if (locator != null) {
            requireInside(locator.spec(), input.spec());
        }
    }

    /** Points beyond the input's edges by more than half its side show next to nothing of what was found. */
    private static void requireInside(LocatorSpec locator, InputSpec input) {
        for (TemplatePoint each : locator.template()) {
            if (Math.abs(each.x() - input.width() / 2.0) > input.width()
                    || Math.abs(each.y() - input.height() / 2.0) > input.height()) {
                throw new IllegalArgumentException(
                        "the template lays point %d at %s:%s, far outside the input of %d x %d: give places in pixels of the input"
                                .formatted(each.point(), each.x(), each.y(), input.width(), input.height()));
            }
        }
        if (!locator.template().isEmpty()
                && locator.template().stream().allMatch(each -> each.x() <= 1 && each.y() <= 1)) {
            throw new IllegalArgumentException(
                    "the template lays all points on the input's first pixel: give places in pixels of the input, not shares");
        }
    }

    /** A package of another name could never be published. */
    private static void requireName(String name, String version) {
        var unused = new ModelId(name, version);
    }

    /**
     * Returns the input that golden vectors are of. What is aligned is so by its owner's own locator, so that golden pictures of
     * such a model are aligned already.
     */
    ForeignInput proved() {
        return input.preparation().fit() == Fit.ALIGN ? input.withFit(Fit.STRETCH) : input;
    }
}
