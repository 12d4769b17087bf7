package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.network.TwinNetwork;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
    @TempDir
    static Path folder;

    static ImageSet images;

    @BeforeAll
    static void draw() throws IOException {
        images = ImageSet.read(Drawings.write(folder, "", 2, 4, 4), 1);
    }

    @Test
    void aBatchIsAFunctionOfSeedAndStep() {
        FloatBuffer first = source(7).batch(3).pixels();

        assertEquals(first, source(7).batch(3).pixels());
        assertNotEquals(first, source(7).batch(4).pixels());
        assertNotEquals(first, source(8).batch(3).pixels());
    }

    @Test
    void batchesDrawnAheadAreThoseOfTheSource() throws InterruptedException {
        try (BatchAhead ahead = new BatchAhead(source(7), 1)) {
            for (int step = 1; step <= 5; step++) {
                assertEquals(source(7).batch(step).pixels(), ahead.next().pixels());
            }
        }
    }

    @Test
    void twentyStepsLowerTheLoss() throws InterruptedException {
        List<TrainingProgress> reports = train(20, 1);

        assertEquals(2, reports.size());
        assertEquals(20, reports.get(1).step());
        assertEquals(Duration.ZERO, reports.get(1).remaining());
        assertTrue(reports.get(1).loss() < 0.9 * reports.get(0).loss(), reports.toString());
    }

    @Test
    void theSameSeedTrainsTheSameNetwork() throws InterruptedException {
        double once = train(3, 5).get(0).loss();

        assertEquals(once, train(3, 5).get(0).loss());
        assertNotEquals(once, train(3, 6).get(0).loss());
    }

    @Test
    void noDistanceSpeaksForAMatch() throws InterruptedException {
        TwinNetwork network = TwinNetwork.compact();
        try (Training training = new Training(network, images, new TrainingSettings(3, 6, 2e-3f, 1e-5f, 1))) {
            training.run(progress -> {});

            for (float weight : network.headWeights().toFloatArray()) {
                assertTrue(weight <= 0, "weight " + weight);
            }
        }
    }

    private static List<TrainingProgress> train(int steps, int seed) throws InterruptedException {
        List<TrainingProgress> reports = new ArrayList<>();
        TrainingSettings settings = new TrainingSettings(steps, 6, 2e-3f, 1e-5f, seed);
        try (Training training = new Training(TwinNetwork.compact(), images, settings)) {
            training.run(reports::add);
        }
        return reports;
    }

    private static BatchSource source(long seed) {
        PairSampler sampler = new PairSampler(images.classes(), 4);
        return new BatchSource(images, TwinNetwork.compact().input(), sampler, Distortion.HANDWRITING, seed);
    }
}
