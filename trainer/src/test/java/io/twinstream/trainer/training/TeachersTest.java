package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.preprocess.PictureWarp;
import io.twinstream.verifier.preprocess.Views;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeachersTest {
    private static final InputSpec DRAWINGS = new InputSpec(40, 40, 1, true);

    @TempDir
    static Path folder;

    static List<Picture> pictures;
    static ModelPackage compact;
    static ModelPackage wide;

    @BeforeAll
    static void draw() throws IOException {
        pictures = ImageSet.read(Drawings.write(folder, "", 1, 3, 2), 1).classes().stream()
                .flatMap(each -> each.images().stream())
                .map(image -> image.picture())
                .toList();
        compact = ShippedModel.read("compact");
        wide = ShippedModel.read("wide");
    }

    @Test
    void aTeacherSaysOfEveryPairWhatTheVerifierWould() {
        try (Teachers teachers = Teachers.open(List.of(compact), DRAWINGS, 1);
                Embedder embedder = Embedder.open(compact, ProviderChoice.CPU)) {
            float[] logits = teachers.logits(pictures);

            float[][] embeddings = embedder.embedAll(pictures);
            MatchFunction match = MatchFunction.of(compact);
            for (int i = 0; i < 6; i++) {
                for (int j = 0; j < 6; j++) {
                    float right = i == j ? 0 : match.logit(embeddings[i], embeddings[j]);
                    assertEquals(right, logits[6 * i + j], 1e-3, "pair %d, %d".formatted(i, j));
                }
            }
        }
    }

    @Test
    void severalTeachersAndViewsCountAsTheirMean() {
        float[] ofCompact = logits(List.of(compact), 1, pictures);
        float[] ofWide = logits(List.of(wide), 1, pictures);
        float[] slanted = logits(
                List.of(compact),
                1,
                pictures.stream()
                        .map(each -> Views.of(each, 1, PictureWarp.ON_PAPER))
                        .toList());

        float[] both = logits(List.of(compact, wide), 1, pictures);
        float[] views = logits(List.of(compact), 2, pictures);

        assertEquals((ofCompact[1] + ofWide[1]) / 2, both[1], 1e-3);
        assertEquals((ofCompact[1] + slanted[1]) / 2, views[1], 1e-3);
    }

    @Test
    void aTeacherOfOtherPicturesIsRefusedInOneLine() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> Teachers.open(List.of(compact), new InputSpec(48, 48, 3, false), 1))
                .getMessage();

        assertTrue(message.startsWith("the teacher compact/"), message);
        assertTrue(
                message.endsWith(
                        "is for gray drawings, the network for coloured photographs: take one of the same kind"),
                message);
    }

    @Test
    void withoutModelsThereIsNoTeacher() {
        try (Teachers none = Teachers.open(List.of(), DRAWINGS, 1)) {
            assertFalse(none.any());
        }
    }

    private static float[] logits(List<ModelPackage> models, int views, List<Picture> of) {
        try (Teachers teachers = Teachers.open(models, DRAWINGS, views)) {
            return teachers.logits(of);
        }
    }
}
