package io.twinstream.trainer.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.head.Head.Projection;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProjectedEmbedderTest {
    private static final int LENGTH = 252;

    @Test
    void theVerifierComputesAProjectionAndOneOnTopOfIt() throws Exception {
        ModelPackage parent = ShippedModel.read("compact");
        Random random = new Random(1);
        Projection first = projection(random);
        Projection second = projection(random);
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            byte[] noise = new byte[48 * 48];
            random.nextBytes(noise);
            pictures.add(new Picture(48, 48, 1, noise));
        }

        byte[] once = ProjectedEmbedder.of(parent.file(ModelPackage.EMBEDDER), first.weights(), first.shift());
        byte[] twice = ProjectedEmbedder.of(once, second.weights(), second.shift());

        float[][] plain = embedded(parent, parent.file(ModelPackage.EMBEDDER), pictures);
        float[][] one = embedded(parent, once, pictures);
        float[][] two = embedded(parent, twice, pictures);
        assertEquals(LENGTH, two[0].length);
        for (int i = 0; i < pictures.size(); i++) {
            assertArrayEquals(first.of(plain[i]), one[i], 1e-5f);
            assertArrayEquals(second.of(one[i]), two[i], 1e-5f);
        }
    }

    private static Projection projection(Random random) {
        float[] weights = new float[LENGTH * LENGTH];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (0.2 * random.nextGaussian());
        }
        float[] shift = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            shift[i] = (float) random.nextGaussian();
        }
        return new Projection(weights, shift);
    }

    private static float[][] embedded(ModelPackage parent, byte[] embedder, List<Picture> pictures) throws Exception {
        Manifest manifest = parent.manifest().withDomain(null);
        byte[] packed = PackageArchive.write(manifest, embedder, parent.file(ModelPackage.MATCHER));
        try (Embedder opened = Embedder.open(PackageArchive.read(packed, "test"), ProviderChoice.CPU)) {
            return opened.embedAll(pictures);
        }
    }
}
