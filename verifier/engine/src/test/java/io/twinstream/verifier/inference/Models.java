package io.twinstream.verifier.inference;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.InputDomain;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;

/** Models for tests are the shipped model and variations of it that are wrong. */
public final class Models {
    public static final ModelPackage SHIPPED = shipped();

    private Models() {}

    /** Returns the shipped files under a changed manifest. */
    public static ModelPackage claiming(InputSpec input, int embeddingLength, List<GoldenVector> golden) {
        return packed(
                input,
                embeddingLength,
                1,
                golden,
                SHIPPED.file(ModelPackage.EMBEDDER),
                SHIPPED.file(ModelPackage.MATCHER));
    }

    /** Returns the shipped model with so many views at enrolment. */
    public static ModelPackage enrolling(int views) {
        return packed(
                SHIPPED.manifest().input(),
                SHIPPED.manifest().embeddingLength(),
                views,
                SHIPPED.manifest().golden(),
                SHIPPED.file(ModelPackage.EMBEDDER),
                SHIPPED.file(ModelPackage.MATCHER));
    }

    /** Returns the shipped model with a domain of these pictures and of those that hardly differ from one of them. */
    public static ModelPackage knowing(List<Picture> pictures) {
        InputSpec input = SHIPPED.manifest().input();
        int cells = InputFeatures.cells(input);
        byte[] examples = new byte[pictures.size() * cells];
        InputFeatures features = new InputFeatures(input);
        Preprocessor preprocessor = new Preprocessor(input);
        for (int picture = 0; picture < pictures.size(); picture++) {
            float[] values = new float[input.length()];
            preprocessor.write(pictures.get(picture), FloatBuffer.wrap(values));
            features.measure(values, 0);
            float[] description = features.describe();
            for (int cell = 0; cell < cells; cell++) {
                examples[picture * cells + cell] = (byte) Math.round(255 * description[cell]);
            }
        }
        try {
            return PackageArchive.read(
                    PackageArchive.withDomain(
                            SHIPPED,
                            "knowing",
                            null,
                            new InputDomain(
                                    InputCheck.LEAST_CONTRAST,
                                    InputFeatures.DESCRIPTION,
                                    pictures.size(),
                                    0.1,
                                    cells,
                                    examples)),
                    "test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ModelPackage of(byte[] embedder, byte[] matcher) {
        Manifest manifest = SHIPPED.manifest();
        return packed(manifest.input(), manifest.embeddingLength(), 1, manifest.golden(), embedder, matcher);
    }

    /** Returns noise of the model's size, which no network takes for the same twice. */
    public static Picture picture(Random random) {
        InputSpec input = SHIPPED.manifest().input();
        byte[] samples = new byte[input.length()];
        random.nextBytes(samples);
        return new Picture(input.width(), input.height(), input.channels(), samples);
    }

    private static ModelPackage packed(
            InputSpec input,
            int embeddingLength,
            int enrolmentViews,
            List<GoldenVector> golden,
            byte[] embedder,
            byte[] matcher) {
        Manifest m = SHIPPED.manifest();
        try {
            return PackageArchive.read(
                    PackageArchive.write(
                            new Manifest(
                                    m.format(),
                                    m.name(),
                                    m.version(),
                                    m.parent(),
                                    m.architecture(),
                                    input,
                                    embeddingLength,
                                    enrolmentViews,
                                    m.files(),
                                    m.fmrTable(),
                                    m.histograms(),
                                    m.evaluation(),
                                    golden,
                                    m.training(),
                                    null,
                                    null,
                                    null,
                                    null),
                            embedder,
                            matcher),
                    "test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ModelPackage shipped() {
        try {
            return ShippedModel.read("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
