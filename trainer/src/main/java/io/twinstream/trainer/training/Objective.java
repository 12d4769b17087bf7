package io.twinstream.trainer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.twinstream.trainer.network.Scaling;
import java.util.Map;
import java.util.function.UnaryOperator;

/** An objective is what a network is to become better at: its cost falls as the network gets better. */
public interface Objective {
    /**
     * Returns the cost of a batch, a single number with gradients.
     *
     * @param network the forward pass of {@link io.twinstream.trainer.network.TwinNetwork}
     * @param images {@code [n, c, h, w]}
     */
    NDArray cost(UnaryOperator<NDList> network, NDArray images, Lesson lesson);

    /** Returns what the objective remembers of the batches before, by name, which are not copies; most remember nothing. */
    default Map<String, float[]> memory() {
        return Map.of();
    }

    /** Goes on from what was remembered. */
    default void recall(Map<String, float[]> memory) {}

    /**
     * A lesson is what is known about the images of a batch.
     *
     * @param labels {@code [n]}: equal for images of one class; image i and image i + n/2 are a pair of the sampler's
     * @param taught logits {@code [n * n]} of every image against every other, by teachers; empty where there are none
     */
    record Lesson(int[] labels, float[] taught) {
        /** Makes a lesson without teachers. */
        public Lesson(int[] labels) {
            this(labels, new float[0]);
        }
    }

    /**
     * Single pairs are the paper's objective (Koch et al. 2015, section 3.2): binary cross-entropy over the sampler's
     * pairs, genuine as 1, impostor as 0. Its layer-wise L2 term is the optimizer's, as weight decay.
     */
    static final class SinglePairs implements Objective {
        @Override
        public NDArray cost(UnaryOperator<NDList> network, NDArray images, Lesson lesson) {
            int[] labels = lesson.labels();
            int pairs = labels.length / 2;
            float[] sign = new float[pairs];
            for (int i = 0; i < pairs; i++) {
                sign[i] = labels[i] == labels[i + pairs] ? -1 : 1;
            }
            NDArray logits = network.apply(new NDList(images.get(":" + pairs), images.get(pairs + ":")))
                    .singletonOrThrow();
            return AllPairs.softplus(logits.mul(logits.getManager().create(sign)))
                    .mean();
        }
    }

    /**
     * All pairs of a batch count. Binary cross-entropy, with genuine and impostor pairs weighing the same, gives scores
     * that mean something by themselves. Cross-entropy over each row gives the right order among candidates; with more
     * than two images of a class it is the mean over its partners (Khosla et al. 2020, the supervised contrastive
     * loss). Where teachers have judged the pairs too, {@link Distillation} is half of the cost.
     */
    static final class AllPairs implements Objective {
        /** This takes an image's logit against itself out of a softmax. */
        static final int NEVER = 1_000_000;

        @Override
        public NDArray cost(UnaryOperator<NDList> network, NDArray images, Lesson lesson) {
            return cost(network.apply(new NDList(images)).head(), lesson);
        }

        /** Returns the cost of the logits {@code [n, n]} of every image against every other. */
        static NDArray cost(NDArray logits, Lesson lesson) {
            NDArray known = cost(logits, lesson.labels());
            return lesson.taught().length == 0
                    ? known
                    : Scaling.over(known.add(Distillation.cost(logits, lesson.taught(), lesson.labels())), 2);
        }

        /** Returns the same by the labels alone. */
        static NDArray cost(NDArray logits, int[] labels) {
            int n = labels.length;
            NDManager manager = logits.getManager();
            float[] same = genuine(labels);
            int genuinePairs = 0;
            for (float each : same) {
                genuinePairs += (int) each;
            }
            long impostorPairs = (long) n * (n - 1) - genuinePairs;
            NDArray self = manager.eye(n);
            NDArray genuine = manager.create(same, new Shape(n, n));
            NDArray impostor = genuine.add(self).neg().add(1);
            NDArray genuineCost =
                    Scaling.over(softplus(logits.neg()).mul(genuine).sum(), genuinePairs);
            NDArray impostorCost = Scaling.over(softplus(logits).mul(impostor).sum(), (float) impostorPairs);
            NDArray ranked = logits.sub(Scaling.times(self, NEVER)).logSoftmax(1);
            NDArray rowCost =
                    Scaling.over(ranked.mul(genuine).sum(), genuinePairs).neg();
            return Scaling.over(genuineCost.add(impostorCost), 2).add(rowCost);
        }

        /** Returns a mask {@code [n, n]} that is 1 where two different images have one label. */
        static float[] genuine(int[] labels) {
            int n = labels.length;
            float[] mask = new float[n * n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    mask[i * n + j] = i != j && labels[i] == labels[j] ? 1 : 0;
                }
            }
            return mask;
        }

        /** Returns log(1 + e^x), in the form that can't overflow. */
        static NDArray softplus(NDArray x) {
            return Activation.relu(x).add(x.abs().neg().exp().add(1).log());
        }
    }
}
