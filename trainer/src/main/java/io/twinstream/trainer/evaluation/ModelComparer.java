package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.trainer.evaluation.Evaluation.DomainShare;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.preprocess.PictureWarp;
import io.twinstream.verifier.preprocess.Views;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model comparer measures a model package through the code that serves it. References are embedded as they are
 * enrolled, and a score is the match logit, or its mean over the probe's views. Where nothing is found in a picture the score
 * is the lowest, since such a probe is never a match. It must be closed.
 */
public final class ModelComparer implements Comparer, AutoCloseable {
    public static final String NAME = "model";

    private static final int CHUNK = 256;

    /** A logit whose score is 0, and below that of any two embeddings. */
    private static final double NOTHING_FOUND = -1e6;

    private final Embedder embedder;
    private final MatchFunction match;
    private final int views;

    private ModelComparer(Embedder embedder, MatchFunction match, int views) {
        this.embedder = embedder;
        this.match = match;
        this.views = views;
    }

    /**
     * Opens the package on the CPU.
     *
     * @param views views of each probe, 1 to {@link Views#MOST}; 1 is how the verifier serves
     */
    public static ModelComparer open(ModelPackage model, int views) {
        Views.requireCount(views);
        return new ModelComparer(Embedder.open(model, ProviderChoice.CPU), MatchFunction.of(model), views);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public double[][] scores(List<Picture> probes, List<Picture> references, int[][] against) {
        float[][] enrolled = inChunks(
                        references.size(), (from, to) -> embedder.embedReferences(references.subList(from, to)))
                .toArray(float[][]::new);
        return inChunks(
                        probes.size(),
                        (from, to) -> scores(probes.subList(from, to), enrolled, Arrays.copyOfRange(against, from, to)))
                .toArray(double[][]::new);
    }

    /** Counts how many of some pictures the model can't judge. */
    DomainShare domain(List<Picture> pictures) {
        List<@Nullable UndecidedCause> causes = new ArrayList<>();
        for (int from = 0; from < pictures.size(); from += CHUNK) {
            Embeddings some = embedder.checkAll(pictures.subList(from, Math.min(pictures.size(), from + CHUNK)));
            for (int i = 0; i < some.size(); i++) {
                causes.add(some.cause(i));
            }
        }
        return DomainShare.of(embedder.knowsDomain(), causes);
    }

    private double[][] scores(List<Picture> probes, float[][] enrolled, int[][] against) {
        double[][] scores = new double[probes.size()][];
        Arrays.setAll(scores, probe -> new double[against[probe].length]);
        for (int view = 0; view < views; view++) {
            int number = view;
            PictureWarp warp = PictureWarp.of(embedder.input());
            float[][] embeddings = embedder.embedAll(
                    probes.stream().map(probe -> Views.of(probe, number, warp)).toList());
            for (int probe = 0; probe < scores.length; probe++) {
                for (int i = 0; i < scores[probe].length; i++) {
                    float[] reference = enrolled[against[probe][i]];
                    scores[probe][i] += embeddings[probe].length == 0 || reference.length == 0
                            ? NOTHING_FOUND
                            : match.logit(embeddings[probe], reference) / views;
                }
            }
        }
        return scores;
    }

    /** Returns the parts' results in order; the parts run side by side, since each has buffers of its own. */
    private static <T> Stream<T> inChunks(int size, BiFunction<Integer, Integer, T[]> part) {
        return IntStream.rangeClosed(0, (size - 1) / CHUNK)
                .parallel()
                .mapToObj(chunk -> part.apply(chunk * CHUNK, Math.min(size, (chunk + 1) * CHUNK)))
                .flatMap(Arrays::stream);
    }

    @Override
    public void close() {
        embedder.close();
    }
}
