package io.twinstream.trainer.head;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.evaluation.L1Calibration;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.trainer.network.PyTorch;
import io.twinstream.trainer.training.Objective;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** A head learner learns heads from embedded images, one at a time, as DJL has one gradient collector. */
final class HeadLearner {
    /** Pairs are compared component by component in one array of at most so many floats, 8 MB. */
    private static final int MOST_DISTANCES = 2_000_000;

    private static final int MOST_IN_BATCH = 96;
    private static final int FEWEST_IN_BATCH = 24;

    /** Images whose pairs calibrate the parent before it learns on. */
    private static final int CALIBRATED_ON = 1_000;

    private static final float RATE_FALLS_TO_A = 50;

    private final HeadSettings settings;
    private final float[] parent;

    /** @param parent the weights of the parent's L1 distance */
    HeadLearner(HeadSettings settings, float[] parent) {
        this.settings = settings;
        this.parent = parent.clone();
        PyTorch.prepare();
    }

    /** Returns how many images of such a length are learned from at once. */
    static int batch(int length) {
        int most = (int) Math.sqrt((double) MOST_DISTANCES / length);
        return Math.max(FEWEST_IN_BATCH, Math.min(MOST_IN_BATCH, most));
    }

    /** Hears of each step's cost. */
    @FunctionalInterface
    interface StepListener {
        void onStep(double cost);
    }

    /**
     * Learns a head of a kind.
     *
     * @throws DatasetException if the parent doesn't tell these images apart at all
     * @throws InterruptedException if the thread was interrupted
     */
    Head learn(HeadKind kind, EmbeddedImages images, StepListener listener)
            throws DatasetException, InterruptedException {
        if (kind == HeadKind.CALIBRATION) {
            return new Head(kind, Optional.empty(), parent);
        }
        TreeSet<Integer> classes = new TreeSet<>();
        IntStream.of(images.classes()).forEach(classes::add);
        L1Calibration begun = L1Calibration.of(HeadImages.some(images, classes, CALIBRATED_ON), parent);
        HeadNetwork network = new HeadNetwork(kind, begun.weights(), begun.bias(), images.embeddings());
        Objective objective = new Objective.AllPairs();
        HeadSampler sampler = new HeadSampler(images, batch(parent.length), settings.seed());
        Adam adam = Adam.builder()
                .optLearningRateTracker(Tracker.cosine()
                        .setBaseValue(settings.learningRate())
                        .optFinalValue(settings.learningRate() / RATE_FALLS_TO_A)
                        .setMaxUpdates(settings.steps())
                        .build())
                .build();
        try (Model model = Model.newInstance("head", Device.cpu())) {
            model.setBlock(network);
            try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.sigmoidBinaryCrossEntropyLoss())
                    .optDevices(new Device[] {Device.cpu()})
                    .optOptimizer(adam))) {
                trainer.initialize(new Shape(2, parent.length));
                for (int step = 0; step < settings.steps(); step++) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("learning a head was stopped after step " + step);
                    }
                    listener.onStep(learn(trainer, network, objective, sampler.batch(images)));
                }
                return network.head();
            }
        }
    }

    private static double learn(
            Trainer trainer, HeadNetwork network, Objective objective, HeadSampler.HeadBatch batch) {
        try (NDManager step = trainer.getManager().newSubManager()) {
            NDArray cost;
            try (GradientCollector gradients = trainer.newGradientCollector()) {
                NDArray embeddings = step.create(batch.embeddings());
                cost = objective
                        .cost(trainer::forward, embeddings, new Objective.Lesson(batch.labels()))
                        .add(network.distance(step));
                gradients.backward(cost);
            }
            trainer.step();
            return cost.getFloat();
        }
    }
}
