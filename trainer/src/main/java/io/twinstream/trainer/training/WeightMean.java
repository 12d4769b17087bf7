package io.twinstream.trainer.training;

import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import io.twinstream.trainer.network.ArrayNumbers;
import io.twinstream.trainer.network.TwinNetwork;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A weight mean is the exponential mean of a network's weights over the steps of a training (Polyak and Juditsky 1992), running
 * means and variances included. It lies nearer to the middle of what the last steps wander around than any of them. Early
 * steps count for less than the span says, so that the first weights are soon forgotten.
 *
 * <p>Maintainers: running statistics are those of other weights than the mean's, so they are only a beginning;
 * {@link Learner#putMean} measures them anew.
 */
final class WeightMean {
    /** The mean after n steps covers about a ninth of them, until that is the whole span. */
    private static final float EARLY = 9;

    private final int span;
    private final Map<String, float[]> means = new LinkedHashMap<>();

    /** @param span the number of steps that the mean is over, about: a step's weight falls by a factor of e in so many */
    WeightMean(int span) {
        if (span < 1) {
            throw new IllegalArgumentException("a mean is over at least 1 step, was " + span);
        }
        this.span = span;
    }

    /**
     * Adds the weights of a step.
     *
     * @param step the number of the step, from 1 on
     */
    void add(TwinNetwork network, int step) {
        float share = Math.max(1f / span, EARLY / (EARLY + step));
        for (Pair<String, Parameter> each : network.getParameters()) {
            float[] now = ArrayNumbers.of(each.getValue().getArray());
            float[] mean = means.putIfAbsent(each.getKey(), now);
            if (mean != null) {
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += share * (now[i] - mean[i]);
                }
            }
        }
    }

    /** Returns the means by the parameter's name, not copies; empty before the first step. */
    Map<String, float[]> means() {
        return means;
    }

    /** Goes on from means that were taken out. */
    void restore(Map<String, float[]> taken) {
        means.clear();
        means.putAll(taken);
    }
}
