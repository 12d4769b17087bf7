package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.network.LayerSink;
import io.twinstream.trainer.network.LayerSink.Convolution;
import io.twinstream.trainer.network.LayerSink.Dense;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.trainer.training.BatchSource.BatchAhead;
import io.twinstream.trainer.training.TrainingSettings.Method;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingTest {
    private static final Refinements REFINED = new Refinements(Schedule.FLAT, 5, 0.5f, 0.05f);

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
    void twentyStepsLowerTheLoss() throws Exception {
        List<TrainingListener.Progress> reports = train(20, 1);

        TrainingListener.Progress last = reports.get(reports.size() - 1);
        assertEquals(20, last.step());
        assertEquals(Duration.ZERO, last.remaining());
        assertTrue(last.loss() < 0.9 * reports.get(0).loss(), reports.toString());
    }

    @Test
    void theSameSeedTrainsTheSameNetwork() throws Exception {
        double once = train(3, 5).get(0).loss();

        assertEquals(once, train(3, 5).get(0).loss());
        assertNotEquals(once, train(3, 6).get(0).loss());
    }

    /** Whichever class loads PyTorch first: sums that are computed in parts are rounded otherwise. */
    @Test
    void trainingComputesOnOneThread() throws Exception {
        train(1, 5);

        assertEquals(1, JniUtils.getNumThreads());
    }

    @Test
    void noDistanceSpeaksForAMatch() throws Exception {
        try (Training training = training(3, 1, Optional.empty())) {
            training.run(progress -> {});

            for (float weight : training.network().headWeights().toFloatArray()) {
                assertTrue(weight <= 0, "weight " + weight);
            }
        }
    }

    static Stream<Arguments> ways() {
        return Stream.of(
                Arguments.of(Method.ALL_PAIRS, Refinements.NONE),
                Arguments.of(Method.PAPER, Refinements.NONE),
                Arguments.of(Method.PAPER, new Refinements(Schedule.COSINE, 4, 0, 0)),
                Arguments.of(Method.ALL_PAIRS, REFINED));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aRunThatIsTakenUpAgainEndsWithTheVeryWeightsOfOneThatWasNot(Method method, Refinements refinements)
            throws Exception {
        CheckpointFolder kept =
                new CheckpointFolder(folder.resolve("kept-%s-%s".formatted(method, refinements.mean())), Duration.ZERO);
        float[] undisturbed;
        try (Training training = training(method, 12, 1, refinements, Optional.empty())) {
            training.run(progress -> {});
            undisturbed = weights(training);
        }
        interrupt(method, refinements, kept);
        interrupt(method, refinements, kept);

        try (Training training = training(method, 12, 1, refinements, Optional.of(kept))) {
            assertEquals(10, training.step());
            training.run(progress -> {});

            assertArrayEquals(undisturbed, weights(training));
        }
    }

    @Test
    void aCheckpointOfAnotherRunIsRefused() throws Exception {
        CheckpointFolder kept = new CheckpointFolder(folder.resolve("other"), Duration.ZERO);
        interrupt(Method.ALL_PAIRS, Refinements.NONE, kept);

        String message = assertThrows(DatasetException.class, () -> training(12, 2, Optional.of(kept)))
                .getMessage();

        assertTrue(message.contains("belongs to another run"), message);
    }

    @Test
    void aDamagedCheckpointIsRefused() throws Exception {
        CheckpointFolder kept = new CheckpointFolder(folder.resolve("damaged"), Duration.ZERO);
        interrupt(Method.ALL_PAIRS, Refinements.NONE, kept);
        Path file = kept.path().resolve("checkpoint");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) / 2));

        String message = assertThrows(DatasetException.class, () -> training(12, 1, Optional.of(kept)))
                .getMessage();

        assertTrue(message.endsWith("is damaged: remove it to begin anew"), message);
    }

    @Test
    void thePapersWayLowersTheLossToo() throws Exception {
        List<Double> losses = new ArrayList<>();
        try (Training training = training(Method.PAPER, 40, 1, Optional.empty())) {
            training.run(progress -> losses.add(progress.loss()));
        }

        assertTrue(losses.get(losses.size() - 1) < losses.get(0), losses.toString());
    }

    @Test
    void everyEpochEndsWithALookAtValidationImages() throws Exception {
        List<TrainingListener.Progress> reports = new ArrayList<>();
        try (Training training = training(7, 1, Optional.empty())) {
            training.run(reports::add);
        }

        assertEquals(
                List.of(5, 7),
                reports.stream()
                        .filter(report -> report.validationAccuracy().isPresent())
                        .map(TrainingListener.Progress::step)
                        .toList());
    }

    @Test
    void theMeanOverOneStepIsTheLastStep() throws Exception {
        float[] last;
        try (Training training = training(Method.ALL_PAIRS, 7, 1, Refinements.NONE, Optional.empty())) {
            training.run(progress -> {});
            last = training.network().headWeights().toFloatArray();
        }

        try (Training training =
                training(Method.ALL_PAIRS, 7, 1, new Refinements(Schedule.COSINE, 1, 0, 0), Optional.empty())) {
            training.run(progress -> {});

            assertArrayEquals(last, training.network().headWeights().toFloatArray());
        }
    }

    /** What the network learns from next is not the mean but its own weights. */
    @Test
    void aLookAtValidationImagesChangesNothing() throws Exception {
        Refinements mean = new Refinements(Schedule.COSINE, 4, 0, 0);
        float[] seldom;
        try (Training training = meant(12, mean)) {
            training.run(progress -> {});
            seldom = weights(training);
        }

        try (Training training = meant(1, mean)) {
            training.run(progress -> {});

            assertArrayEquals(seldom, weights(training));
        }
    }

    @Test
    void teachersChangeWhatIsLearned() throws Exception {
        double alone = train(3, 5).get(0).loss();
        List<TrainingListener.Progress> reports = new ArrayList<>();
        try (Teachers teachers = Teachers.open(
                        List.of(ShippedModel.read("compact")), compact().input(), 1);
                Training training = new Training(
                        compact(),
                        images,
                        images,
                        new TrainingSettings(Method.ALL_PAIRS, 3, 6, 2e-3f, 4, 5, 5),
                        Optional.empty(),
                        Optional.of(teachers),
                        Optional.empty(),
                        Device.cpu())) {
            training.run(reports::add);
        }

        assertNotEquals(alone, reports.get(0).loss());
    }

    @Test
    void thePapersWayTakesNoTeachers() throws Exception {
        try (Teachers teachers =
                Teachers.open(List.of(ShippedModel.read("compact")), compact().input(), 1)) {
            TrainingSettings settings = new TrainingSettings(Method.PAPER, 3, 6, 2e-3f, 1, 5, 5);

            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> new Training(
                                    compact(),
                                    images,
                                    images,
                                    settings,
                                    Optional.empty(),
                                    Optional.of(teachers),
                                    Optional.empty(),
                                    Device.cpu()))
                    .getMessage();

            assertTrue(message.endsWith("train compact or wide"), message);
        }
    }

    @Test
    void mirroredPicturesAreDrawnInTheSameOrderForTheSameSeed() throws Exception {
        Effects mirrored = Effects.ofPhotographs(true);
        FloatBuffer first = source(7, mirrored).batch(3).pixels();

        assertEquals(first, source(7, mirrored).batch(3).pixels());
        assertNotEquals(first, source(7, Effects.ofPhotographs(false)).batch(3).pixels());
        try (BatchAhead ahead = new BatchAhead(source(7, mirrored), 3)) {
            assertEquals(first, ahead.next().pixels());
        }
    }

    @Test
    void aMirroredPictureIsNotBothOfItsClassAndOfAnother() {
        Refinements mirrored = new Refinements(Schedule.COSINE, 0, 0, 0, true);

        String classes = assertThrows(
                        IllegalArgumentException.class,
                        () -> new TrainingSettings(Method.ALL_PAIRS, 3, 6, 2e-3f, 8, 5, 5, mirrored))
                .getMessage();
        String paper = assertThrows(
                        IllegalArgumentException.class,
                        () -> new TrainingSettings(Method.PAPER, 3, 6, 2e-3f, 1, 5, 5, mirrored))
                .getMessage();

        assertTrue(classes.endsWith("take 4, or leave mirrored out"), classes);
        assertTrue(paper.contains("mirrored are not for the paper's way"), paper);
    }

    /** A PyTorch that knows no GPU refuses the first array that is to lie on one. */
    @Test
    @DisabledIfEnvironmentVariable(named = "PYTORCH_LIBRARY_PATH", matches = ".+", disabledReason = "it may know GPUs")
    void everyArrayLiesOnTheDeviceThatTheTrainingIsGiven() {
        TrainingSettings settings = new TrainingSettings(Method.ALL_PAIRS, 3, 6, 2e-3f, 4, 5, 5);

        assertThrows(
                EngineException.class,
                () -> new Training(
                        compact(),
                        images,
                        images,
                        settings,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Device.gpu(3)));
    }

    @Test
    void aCheckpointSaysNothingOfTheDevice() throws Exception {
        CheckpointFolder kept = new CheckpointFolder(folder.resolve("device-free"), Duration.ZERO);
        interrupt(Method.ALL_PAIRS, REFINED, kept);

        try (DataInputStream in =
                        new DataInputStream(Files.newInputStream(kept.path().resolve("checkpoint")));
                NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            in.readInt();
            String run = in.readUTF();
            assertTrue(run.startsWith("compact {"), run);
            assertFalse(run.contains("cpu") || run.contains("gpu"), run);
            Checkpoint checkpoint = Checkpoint.read(kept.path(), run, manager);
            assertTrue(
                    checkpoint.state().size() > 20,
                    "arrays: " + checkpoint.state().size());
            for (NDArray array : checkpoint.state()) {
                assertEquals(Device.cpu(), array.getDevice());
                assertFalse(array.getName().contains("cpu"), array.getName());
            }
        }
    }

    private static Training meant(int stepsPerEpoch, Refinements refinements) throws IOException {
        TrainingSettings settings =
                new TrainingSettings(Method.ALL_PAIRS, 12, 6, 2e-3f, 4, stepsPerEpoch, 1, refinements);
        return new Training(compact(), images, images, settings, Optional.empty(), Optional.empty());
    }

    /** Trains for an epoch of five steps and is interrupted. */
    private static void interrupt(Method method, Refinements refinements, CheckpointFolder kept) throws IOException {
        try (Training training = training(method, 12, 1, refinements, Optional.of(kept))) {
            assertThrows(
                    InterruptedException.class,
                    () -> training.run(progress -> Thread.currentThread().interrupt()));
        }
    }

    private static float[] weights(Training training) {
        float[] sum = training.network().headWeights().toFloatArray();
        LayerCopy copy = new LayerCopy();
        training.network().describe(copy);
        return copy.with(sum);
    }

    private static List<TrainingListener.Progress> train(int steps, int seed) throws IOException, InterruptedException {
        List<TrainingListener.Progress> reports = new ArrayList<>();
        try (Training training = training(steps, seed, Optional.empty())) {
            training.run(reports::add);
        }
        return reports;
    }

    private static Training training(int steps, int seed, Optional<CheckpointFolder> kept) throws IOException {
        return training(Method.ALL_PAIRS, steps, seed, kept);
    }

    private static Training training(Method method, int steps, int seed, Optional<CheckpointFolder> kept)
            throws IOException {
        return training(method, steps, seed, Refinements.NONE, kept);
    }

    private static Training training(
            Method method, int steps, int seed, Refinements refinements, Optional<CheckpointFolder> kept)
            throws IOException {
        TrainingSettings settings = new TrainingSettings(method, steps, 6, 2e-3f, 4, 5, seed, refinements);
        return new Training(compact(), images, images, settings, Optional.empty(), kept);
    }

    private static TwinNetwork compact() {
        Architecture compact = Architecture.named("compact");
        return compact.network(compact.defaultInput());
    }

    private static BatchSource source(long seed) {
        return source(seed, Effects.ofDrawings(Distortion.HANDWRITING, false));
    }

    private static BatchSource source(long seed, Effects effects) {
        Sampler sampler = new GroupSampler(images.classes(), 4, 4);
        return new BatchSource(images, compact().input(), sampler, effects, seed);
    }

    /** A layer copy takes all numbers of a network, in the order of its layers. */
    private static final class LayerCopy implements LayerSink {
        private final List<float[]> arrays = new ArrayList<>();

        float[] with(float[] more) {
            arrays.add(more);
            int length = arrays.stream().mapToInt(each -> each.length).sum();
            FloatBuffer all = FloatBuffer.allocate(length);
            arrays.forEach(all::put);
            return all.array();
        }

        @Override
        public void convolution(Convolution of) {
            arrays.add(of.weights());
            arrays.add(of.bias());
        }

        @Override
        public void dense(Dense of) {
            arrays.add(of.weights());
            arrays.add(of.bias());
        }

        @Override
        public void maxPool(int side) {}

        @Override
        public void relu() {}

        @Override
        public void sigmoid() {}

        @Override
        public void flatten() {}
    }
}
