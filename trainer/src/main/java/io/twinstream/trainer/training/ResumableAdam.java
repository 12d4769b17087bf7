package io.twinstream.trainer.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import io.twinstream.trainer.network.ArrayNumbers;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Resumable Adam is DJL's Adam with a state that can be taken out and put back: both moments of every parameter, and
 * the number of updates. It learns of the moments where Adam asks for them.
 */
final class ResumableAdam extends Adam implements OptimizerState {
    private final Map<String, NDArray> moments = new HashMap<>();
    private Map<String, NDArray> restored = Map.of();
    private int updatesBefore;

    ResumableAdam(Tracker learningRate) {
        super(builder().optLearningRateTracker(learningRate));
    }

    @Override
    public Map<String, NDArray> state() {
        return Map.copyOf(moments);
    }

    @Override
    public void restore(Map<String, NDArray> state, int updates) {
        restored = Map.copyOf(state);
        updatesBefore = updates;
    }

    @Override
    protected int updateCount(String parameter) {
        return updatesBefore + super.updateCount(parameter);
    }

    /**
     * Keeps each new moment, or puts a restored one in its place. Adam asks for the first moment of a parameter, and
     * then for the second.
     */
    @Override
    protected NDArray withDefaultState(
            Map<String, Map<Device, NDArray>> state,
            String parameter,
            Device device,
            Function<String, NDArray> initial) {
        boolean isNew = !state.containsKey(parameter);
        NDArray moment = super.withDefaultState(state, parameter, device, initial);
        if (isNew) {
            String first = parameter + ".mean";
            String name = moments.containsKey(first) ? parameter + ".variance" : first;
            moments.put(name, moment);
            NDArray before = restored.get(name);
            if (before != null) {
                ArrayNumbers.copy(before, moment);
            }
        }
        return moment;
    }
}
