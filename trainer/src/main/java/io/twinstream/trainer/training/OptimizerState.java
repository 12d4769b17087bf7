package io.twinstream.trainer.training;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** What an optimizer remembers from one step to the next, by the parameter's id and a suffix. */
interface OptimizerState {
    /** The arrays themselves, not copies. */
    Map<String, NDArray> state();

    /**
     * Goes on as if the given number of updates had been made; before the first one.
     *
     * @param state is copied when its parameter is first updated
     */
    void restore(Map<String, NDArray> state, int updates);
}
