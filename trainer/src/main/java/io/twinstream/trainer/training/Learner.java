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
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.loss.Loss;
import ai.djl.util.Pair;
import io.twinstream.trainer.network.ArrayNumbers;
import io.twinstream.trainer.network.PyTorch;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.trainer.training.BatchSource.Batch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Moves a network's weights, one batch at a time. A process may have one learner at a time, as DJL has one gradient
 * collector.
 *
 *
 * <p>Maintainers: everything that a step computes belongs to a manager of that step. What belongs to the trainer's own
 * manager stays until the end, activations and all. Every array lies on the one device, and belongs to a manager below the model's.
 */
final class Learner implements AutoCloseable {
    private static final String WEIGHT = "weight:";
    private static final String OPTIMIZER = "optimizer:";
    private static final String MEAN = "mean:";
    private static final String MEMORY = "memory:";

    /** After so many batches nothing is left in running statistics of what they were. */
    private static final int MEASURED_BATCHES = 40;

    private final TwinNetwork network;
    private final Objective objective;
    private final OptimizerState optimizer;
    private final Optional<WeightMean> mean;
    private final Model model;
    private final Trainer trainer;
    private int updates;

    /** @param device the device that the network learns on */
    Learner(TwinNetwork network, Recipe recipe, TrainingSettings settings, Device device) {
        PyTorch.prepare();
        Engine.getInstance().setRandomSeed(settings.seed());
        this.network = network;
        objective = recipe.objective();
        optimizer = recipe.state();
        int span = settings.refinements().mean();
        mean = span == 0 ? Optional.empty() : Optional.of(new WeightMean(span));
        for (Pair<String, Parameter> each : network.getParameters()) {
            each.getValue().setInitializer(drawnOnCpu(each.getValue().getInitializer()));
        }
        model = Model.newInstance("twin", device);
        model.setBlock(network);
        trainer = model.newTrainer(new DefaultTrainingConfig(Loss.sigmoidBinaryCrossEntropyLoss())
                .optDevices(new Device[] {device})
                .optOptimizer(recipe.optimizer()));
        trainer.initialize(network.inputShape(2));
    }

    /** Draws first weights on the CPU, whatever learns from them: generators of other devices give other numbers. */
    private static Initializer drawnOnCpu(Initializer initializer) {
        return (manager, shape, type) -> {
            if (!manager.getDevice().isGpu()) {
                return initializer.initialize(manager, shape, type);
            }
            try (NDManager cpu = manager.newSubManager(Device.cpu())) {
                return ArrayNumbers.copy(initializer.initialize(cpu, shape, type), manager);
            }
        };
    }

    /** Learns from a batch, and returns the cost before. */
    float learn(Batch batch) {
        try (NDManager step = newManager()) {
            NDArray images = step.create(batch.pixels(), network.inputShape(batch.images()));
            NDArray cost;
            try (GradientCollector gradients = trainer.newGradientCollector()) {
                cost = objective.cost(trainer::forward, images, batch.lesson());
                gradients.backward(cost);
            }
            trainer.step();
            updates++;
            mean.ifPresent(of -> of.add(network, updates));
            return cost.getFloat();
        }
    }

    /** Returns a manager for arrays that are soon dropped. */
    NDManager newManager() {
        return trainer.getManager().newSubManager();
    }

    /** Returns whether a mean of the weights is kept, which {@link #putMean} puts in their place. */
    boolean keepsMean() {
        return mean.isPresent();
    }

    /**
     * Puts the mean of the weights in their place. What batch norms know of the activations is then of other weights, so it is
     * measured anew, on batches like those of the training.
     *
     * @param batches the batches to measure on, from one of its own steps on
     */
    void putMean(BatchSource batches) {
        Map<String, float[]> means = mean.map(WeightMean::means).orElse(Map.of());
        boolean normed = false;
        for (Pair<String, Parameter> each : network.getParameters()) {
            float[] of = means.get(each.getKey());
            if (of != null) {
                each.getValue().getArray().set(of);
            }
            normed |= each.getValue().getType() == Parameter.Type.RUNNING_MEAN;
        }
        for (int i = 0; normed && i < MEASURED_BATCHES; i++) {
            Batch batch = batches.batch(i);
            try (NDManager scope = newManager()) {
                NDArray images = scope.create(batch.pixels(), network.inputShape(batch.images()));
                network.embed(new ParameterStore(scope, false), images, true);
            }
        }
    }

    /** Returns copies of everything that it takes to go on: weights, what the optimizer remembers, and the rest, by name. */
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
        mean.ifPresent(of -> of.means().forEach((name, values) -> state.add(named(MEAN + name, values, manager))));
        objective.memory().forEach((name, values) -> state.add(named(MEMORY + name, values, manager)));
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

    /** Puts weights back. */
    void putWeights(NDList weights) {
        Map<String, NDArray> named = named(weights);
        for (Pair<String, Parameter> each : network.getParameters()) {
            NDArray weight = named.get(WEIGHT + each.getKey());
            if (weight == null) {
                throw new IllegalArgumentException("the state holds no " + each.getKey());
            }
            ArrayNumbers.copy(weight, each.getValue().getArray());
        }
    }

    /**
     * Puts everything back, to go on after so many updates. It must be called before the first one.
     */
    void restore(NDList state, int before) {
        putWeights(state);
        updates = before;
        Map<String, NDArray> named = named(state);
        Map<String, NDArray> remembered = new LinkedHashMap<>();
        for (Pair<String, Parameter> each : network.getParameters()) {
            named.forEach((name, array) -> {
                String prefix = OPTIMIZER + each.getKey();
                if (name.equals(prefix) || name.startsWith(prefix + ".")) {
                    remembered.put(each.getValue().getId() + name.substring(prefix.length()), array);
                }
            });
        }
        optimizer.restore(remembered, before);
        mean.ifPresent(of -> of.restore(values(named, MEAN)));
        objective.recall(values(named, MEMORY));
    }

    /** Closes the learner; the network keeps its weights only as long as it is open. */
    @Override
    public void close() {
        trainer.close();
        model.close();
    }

    private static Map<String, NDArray> named(NDList state) {
        Map<String, NDArray> named = new LinkedHashMap<>();
        state.forEach(array -> named.put(array.getName(), array));
        return named;
    }

    private static Map<String, float[]> values(Map<String, NDArray> named, String prefix) {
        Map<String, float[]> values = new LinkedHashMap<>();
        named.forEach((name, array) -> {
            if (name.startsWith(prefix)) {
                values.put(name.substring(prefix.length()), ArrayNumbers.of(array));
            }
        });
        return values;
    }

    private static NDArray named(String name, float[] values, NDManager manager) {
        NDArray array = manager.create(values);
        array.setName(name);
        return array;
    }

    private static NDArray copy(String name, NDArray array, NDManager manager) {
        NDArray copy = ArrayNumbers.copy(array, manager);
        copy.setName(name);
        return copy;
    }
}
