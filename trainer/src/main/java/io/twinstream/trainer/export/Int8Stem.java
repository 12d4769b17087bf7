package io.twinstream.trainer.export;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Int8Facts;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.record.Precision;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Gives the int8 embedder of a package a {@link SpaceToDepthStem}. All that the package says of the embedder stays true, since
 * both are tried on pictures, and every embedding must be the same to the bit.
 */
public final class Int8Stem {
    private static final int NOISE_PICTURES = 32;
    private static final int SEED = 1;

    private Int8Stem() {}

    /** Returns the package in this form; empty if its first layer doesn't fit, or an embedding differs. */
    static Optional<byte[]> of(ModelPackage model) throws IOException, ExportException {
        return of(model, model.manifest().version(), model.manifest().parent());
    }

    /**
     * Returns the package in this form, as a version of its own.
     *
     * @throws ExportException if there is no int8 embedder, its first layer doesn't fit, or an embedding differs
     */
    public static byte[] asVersion(ModelPackage model, String version) throws IOException, ExportException {
        ModelId before = ModelId.of(model.manifest());
        if (!model.hasInt8()) {
            throw new ExportException("%s has no int8 embedder: name the images to calibrate one on".formatted(before));
        }
        return of(model, version, model.origin())
                .orElseThrow(() -> new ExportException(
                        "the int8 embedder of %s has its fastest form already, or a first layer for which there is none"
                                .formatted(before)));
    }

    private static Optional<byte[]> of(ModelPackage model, String version, @Nullable String parent)
            throws IOException, ExportException {
        Optional<byte[]> embedder = SpaceToDepthStem.of(model.file(ModelPackage.EMBEDDER_INT8));
        Int8Facts facts = model.manifest().int8();
        if (embedder.isEmpty() || facts == null) {
            return Optional.empty();
        }
        byte[] archive = PackageArchive.withInt8(model, version, parent, facts, embedder.get());
        ModelPackage written = PackageArchive.read(archive, "the package with a faster int8 embedder");
        return answersAlike(model.at(Precision.INT8), written.at(Precision.INT8))
                ? Optional.of(archive)
                : Optional.empty();
    }

    private static boolean answersAlike(ModelPackage before, ModelPackage after) {
        try (Embedder expected = Embedder.open(before, ProviderChoice.CPU);
                Embedder actual = Embedder.open(after, ProviderChoice.CPU)) {
            List<Picture> pictures = pictures(before, expected);
            return Arrays.deepEquals(expected.embedAll(pictures), actual.embedAll(pictures));
        }
    }

    /** Returns the golden images and noise, which has every brightness at every pixel. */
    private static List<Picture> pictures(ModelPackage model, Embedder embedder) {
        List<Picture> pictures = new ArrayList<>();
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        for (GoldenVector golden : model.manifest().golden()) {
            Decoded decoded = embedder.decode(decoder, golden.image(), false);
            if (decoded instanceof Picture picture) {
                pictures.add(picture);
            }
        }
        InputSpec input = model.manifest().input();
        Random random = new Random(SEED);
        for (int i = 0; i < NOISE_PICTURES; i++) {
            byte[] samples = new byte[input.length()];
            random.nextBytes(samples);
            pictures.add(new Picture(input.width(), input.height(), input.channels(), samples));
        }
        return pictures;
    }
}
