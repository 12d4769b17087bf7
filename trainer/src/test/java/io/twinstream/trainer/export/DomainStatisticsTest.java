package io.twinstream.trainer.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputDomain;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.verifier.inference.InputCheck;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DomainStatisticsTest {
    @TempDir
    static Path folder;

    private static Manifest manifest;
    private static InputSpec input;
    private static List<Picture> drawings;
    private static List<Picture> others;
    private static InputDomain domain;
    private static InputCheck check;

    @BeforeAll
    static void draw() throws IOException {
        manifest = ShippedModel.read("compact").manifest();
        input = manifest.input();
        drawings = pictures(Drawings.write(folder.resolve("known"), "", 1, 60, 2));
        others = pictures(Drawings.write(folder.resolve("others"), "other", 1, 60, 2));
        domain = DomainStatistics.of(input, drawings);
        check = InputCheck.of(manifest.withDomain(domain));
    }

    @Test
    void drawingsOfOtherClassesAndTheirVariantsAreOfTheKind() {
        Variation variation = new Variation(input, new SplittableRandom(7));

        assertTrue(check.knowsDomain());
        long turnedAway = others.stream()
                .filter(each -> reason(each) == UndecidedCause.OUT_OF_DOMAIN
                        || reason(variation.of(each)) == UndecidedCause.OUT_OF_DOMAIN)
                .count();
        assertTrue(turnedAway <= others.size() / 20, turnedAway + " of " + others.size());
    }

    @Test
    void invertedDrawingsAreNot() {
        for (Picture each : others) {
            byte[] inverted = each.samples().clone();
            for (int i = 0; i < inverted.length; i++) {
                inverted[i] = (byte) ~inverted[i];
            }
            assertEquals(UndecidedCause.OUT_OF_DOMAIN, reason(new Picture(each.width(), each.height(), 1, inverted)));
        }
    }

    @Test
    void theSameImagesGiveTheSameStatistics() {
        InputDomain again = DomainStatistics.of(input, drawings);

        assertArrayEquals(domain.examples(), again.examples());
        assertEquals(domain.farthest(), again.farthest());
    }

    @Test
    void tooFewImagesGiveNone() {
        assertNull(DomainStatistics.of(input, drawings.subList(0, DomainStatistics.FEWEST - 1)));
    }

    @Test
    void photographsInColourHaveADomainToo() {
        InputSpec colour = new InputSpec(32, 32, 3, false);
        List<Picture> pictures =
                drawings.stream().map(DomainStatisticsTest::onGreen).toList();

        assertNotNull(DomainStatistics.of(colour, pictures));
    }

    private static Picture onGreen(Picture drawing) {
        byte[] samples = new byte[3 * drawing.samples().length];
        for (int i = 0; i < drawing.samples().length; i++) {
            samples[3 * i] = drawing.samples()[i];
            samples[3 * i + 1] = (byte) 180;
            samples[3 * i + 2] = (byte) (i % 40);
        }
        return new Picture(drawing.width(), drawing.height(), 3, samples);
    }

    private static @Nullable UndecidedCause reason(Picture picture) {
        float[] samples = new float[input.length()];
        new Preprocessor(input).write(picture, FloatBuffer.wrap(samples));
        return check.reason(samples, 0);
    }

    private static List<Picture> pictures(Path images) throws IOException {
        return ModelExport.all(ImageSet.read(images, 1));
    }
}
