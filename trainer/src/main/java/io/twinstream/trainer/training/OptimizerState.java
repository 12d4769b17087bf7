package io.twinstream.trainer.training;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/**
 * The optimizer state is what an optimizer remembers from one step to the next, by the parameter's id and a suffix.
 */
interface OptimizerState {
    /** Returns the arrays themselves, not copies. */
    Map<String, NDArray> state();

    /**
     * Goes on as if the given number of updates had been made. It must be called before the first update.
     *
     * @param state arrays by name; each is copied when its parameter is first updated
     */
    void restore(Map<String, NDArray> state, int updates);
}
