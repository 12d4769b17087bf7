package io.twinstream.trainer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.optimizer.Optimizer;
import io.twinstream.trainer.network.ArrayNumbers;
import java.util.HashMap;
import java.util.Map;

/**
 * This is the paper's optimizer (Koch et al. 2015, section 3.2): gradient descent with momentum and layer-wise L2. The
 * learning rate loses 1 % an epoch; momentum begins at {@value #FIRST_MOMENTUM} and rises evenly to its limit. The
 * paper's rates came of a search over whole trainings and aren't published; rates, decay and limits are one for all
 * layers here.
 */
final class PaperSgd extends Optimizer implements OptimizerState {
    private static final float FIRST_MOMENTUM = 0.5f;
    private static final float RATE_LEFT_AN_EPOCH = 0.99f;
    private static final int EPOCHS_TO_FULL_MOMENTUM = 20;

    private final Rates rates;
    private final Map<String, NDArray> velocities = new HashMap<>();
    private Map<String, NDArray> restored = Map.of();
    private int updatesBefore;

    PaperSgd(Rates rates) {
        super(new Builder());
        this.rates = rates;
    }

    @Override
    public void update(String parameter, NDArray weight, NDArray gradient) {
        int epoch = (updatesBefore + updateCount(parameter) - 1) / rates.stepsPerEpoch();
        float rate = rates.learningRate() * (float) Math.pow(RATE_LEFT_AN_EPOCH, epoch);
        float rise = Math.min(1f, (float) epoch / EPOCHS_TO_FULL_MOMENTUM);
        float momentum = FIRST_MOMENTUM + (rates.momentumLimit() - FIRST_MOMENTUM) * rise;
        NDArray velocity = velocities.computeIfAbsent(parameter, name -> first(name, weight));
        weight.getNDArrayInternal()
                .sgdUpdate(
                        new NDList(weight, gradient, velocity),
                        new NDList(velocity),
                        rate,
                        2 * rates.l2(),
                        rescaleGrad,
                        clipGrad,
                        momentum,
                        false);
    }

    @Override
    public Map<String, NDArray> state() {
        return Map.copyOf(velocities);
    }

    @Override
    public void restore(Map<String, NDArray> state, int updates) {
        restored = Map.copyOf(state);
        updatesBefore = updates;
    }

    private NDArray first(String parameter, NDArray weight) {
        NDArray velocity = weight.zerosLike();
        velocity.detach();
        NDArray before = restored.get(parameter);
        if (before != null) {
            ArrayNumbers.copy(before, velocity);
        }
        return velocity;
    }

    private static final class Builder extends OptimizerBuilder<Builder> {
        @Override
        protected Builder self() {
            return this;
        }
    }

    /**
     * The rates are the numbers of {@link PaperSgd}.
     *
     * @param learningRate the rate in the first epoch
     * @param momentumLimit the momentum that it rises to
     * @param l2 weight of the squared weights in the cost
     * @param stepsPerEpoch updates of an epoch
     */
    record Rates(float learningRate, float momentumLimit, float l2, int stepsPerEpoch) {}
}
