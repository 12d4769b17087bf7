package io.twinstream.trainer.training;

import java.util.Map;

/**
 * Refinements change how a network learns from all pairs; each can be left out.
 *
 * @param schedule the way of the learning rate
 * @param mean steps that the mean of the weights is over, which then is the model; 0 for the weights of the last step. It
 *     holds for the paper's way too
 * @param proxies weight of {@link Proxies}, 0 for none
 * @param bend largest bend of a drawing's strokes, as a share of its size, 0 for none
 * @param mirrored whether a mirrored picture is still of its class, so that half of them are learned mirrored
 */
public record Refinements(Schedule schedule, int mean, float proxies, float bend, boolean mirrored) {
    /** These change nothing. */
    public static final Refinements NONE = new Refinements(Schedule.COSINE, 0, 0, 0);

    private static final float MOST_BENT = 0.2f;

    /** Makes refinements by which a mirrored picture is none of its class. */
    public Refinements(Schedule schedule, int mean, float proxies, float bend) {
        this(schedule, mean, proxies, bend, false);
    }

    public Refinements {
        if (mean < 0) {
            throw new IllegalArgumentException("mean must be 0 steps or more, was " + mean);
        }
        if (!(proxies >= 0 && Float.isFinite(proxies))) {
            throw new IllegalArgumentException("proxies must be 0 or more, was " + proxies);
        }
        if (!(bend >= 0 && bend <= MOST_BENT)) {
            throw new IllegalArgumentException("bend must lie between 0 and %s, was %s".formatted(MOST_BENT, bend));
        }
    }

    /** Returns the refinements by name, for the model's record of its training. */
    Map<String, String> asMap() {
        return Map.of(
                "schedule", schedule.name(),
                "mean", Integer.toString(mean),
                "proxies", Float.toString(proxies),
                "bend", Float.toString(bend),
                "mirrored", Boolean.toString(mirrored));
    }
}
