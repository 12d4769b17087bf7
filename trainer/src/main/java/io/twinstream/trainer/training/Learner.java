package io.twinstream.trainer.training;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.util.Pair;
import io.twinstream.trainer.network.PyTorch;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.trainer.training.BatchSource.Batch;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Moves a network's weights, one batch at a time. A process may have one learner at a time, as DJL has one gradient
 * collector.
 *
 *
 * <p>Maintainers: everything that a step computes belongs to a manager of that step. What belongs to the trainer's own
 * manager stays until the end, activations and all.
 */
final class Learner implements AutoCloseable {
    private static final String WEIGHT = "weight:";
    private static final String OPTIMIZER = "optimizer:";

    private final TwinNetwork network;
    private final Objective objective;
    private final OptimizerState optimizer;
    private final Model model;
    private final Trainer trainer;

    Learner(TwinNetwork network, Recipe recipe, int seed) {
        PyTorch.prepare();
        Engine.getInstance().setRandomSeed(seed);
        this.network = network;
        objective = recipe.objective();
        optimizer = recipe.state();
        model = Model.newInstance("twin", Device.cpu());
        model.setBlock(network);
        trainer = model.newTrainer(new DefaultTrainingConfig(Loss.sigmoidBinaryCrossEntropyLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(recipe.optimizer()));
        trainer.initialize(network.inputShape(2));
    }

    /** Learns from a batch, and returns the cost before. */
    float learn(Batch batch) {
        try (NDManager step = newManager()) {
            NDArray images = step.create(batch.pixels(), network.inputShape(batch.images()));
            NDArray cost;
            try (GradientCollector gradients = trainer.newGradientCollector()) {
                cost = objective.cost(trainer::forward, images, batch.labels());
                gradients.backward(cost);
            }
            trainer.step();
            return cost.getFloat();
        }
    }

    /** Returns a manager for arrays that are soon dropped. */
    NDManager newManager() {
        return trainer.getManager().newSubManager();
    }

    /** Returns copies of all weights and of what the optimizer remembers, by name. */
    NDList state(NDManager manager) {
        NDList state = weights(manager);
        Map<String, String> names = new LinkedHashMap<>();
        for (Pair<String, Parameter> each : network.getParameters()) {
            names.put(each.getValue().getId(), each.getKey());
        }
        optimizer.state().forEach((id, array) -> {
            int dot = id.lastIndexOf('.');
            String parameter = dot < 0 ? id : id.substring(0, dot);
            state.add(copy(OPTIMIZER + names.get(parameter) + id.substring(parameter.length()), array, manager));
        });
        return state;
    }

    /** Returns copies of all weights, running means and variances included. */
    NDList weights(NDManager manager) {
        NDList weights = new NDList();
        for (Pair<String, Parameter> each : network.getParameters()) {
            weights.add(copy(WEIGHT + each.getKey(), each.getValue().getArray(), manager));
        }
        return weights;
    }

    /** Puts weights back, and what the optimizer remembers where the state holds it. */
    void restore(NDList state, int updates) {
        Map<String, NDArray> named = new LinkedHashMap<>();
        state.forEach(array -> named.put(array.getName(), array));
        Map<String, NDArray> remembered = new LinkedHashMap<>();
        for (Pair<String, Parameter> each : network.getParameters()) {
            Parameter parameter = each.getValue();
            NDArray weight = named.get(WEIGHT + each.getKey());
            if (weight == null) {
                throw new IllegalArgumentException("the state holds no " + each.getKey());
            }
            parameter.getArray().set(weight.toByteBuffer());
            named.forEach((name, array) -> {
                String prefix = OPTIMIZER + each.getKey();
                if (name.equals(prefix) || name.startsWith(prefix + ".")) {
                    remembered.put(parameter.getId() + name.substring(prefix.length()), array);
                }
            });
        }
        optimizer.restore(remembered, updates);
    }

    /** Closes the learner; the network keeps its weights only as long as it is open. */
    @Override
    public void close() {
        trainer.close();
        model.close();
    }

    private static NDArray copy(String name, NDArray array, NDManager manager) {
        NDArray copy = manager.create(array.toByteBuffer(), array.getShape(), array.getDataType());
        copy.setName(name);
        return copy;
    }
}
