package io.twinstream.trainer.training;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.network.PyTorch;
import io.twinstream.trainer.network.TwinNetwork;

/**
 * Moves a network's weights, one batch at a time. One at a time per process: DJL has one gradient collector.
 *
 * <p>Everything that a step computes belongs to a manager of that step: what belongs to the trainer's own manager stays
 * until the end, activations and all.
 */
final class Learner implements AutoCloseable {
    private final InputSpec input;
    private final Model model;
    private final Trainer trainer;
    private final PairLoss loss = new PairLoss();

    Learner(TwinNetwork network, TrainingSettings settings) {
        PyTorch.prepare();
        Engine.getInstance().setRandomSeed(settings.seed());
        input = network.input();
        model = Model.newInstance("twin", Device.cpu());
        model.setBlock(network);
        Tracker learningRate = Tracker.cosine()
                .setBaseValue(settings.learningRate())
                .optFinalValue(settings.finalLearningRate())
                .setMaxUpdates(settings.steps())
                .build();
        trainer = model.newTrainer(new DefaultTrainingConfig(loss)
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(
                        Optimizer.adam().optLearningRateTracker(learningRate).build()));
        trainer.initialize(shape(2));
    }

    /** Learns from a batch; returns the loss before. */
    float learn(Batch batch) {
        try (NDManager step = trainer.getManager().newSubManager()) {
            NDArray images = step.create(batch.pixels(), shape(2L * batch.pairs()));
            NDArray cost;
            try (GradientCollector gradients = trainer.newGradientCollector()) {
                cost = loss.evaluate(new NDList(), trainer.forward(new NDList(images)));
                gradients.backward(cost);
            }
            trainer.step();
            return cost.getFloat();
        }
    }

    /** The network keeps its weights only as long as the learner is open. */
    @Override
    public void close() {
        trainer.close();
        model.close();
    }

    private Shape shape(long images) {
        return new Shape(images, input.channels(), input.height(), input.width());
    }
}
