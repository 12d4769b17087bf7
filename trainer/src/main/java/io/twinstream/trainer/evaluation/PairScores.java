package io.twinstream.trainer.evaluation;

import io.twinstream.verifier.match.MatchFunction;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The match logits of all pairs of a folder's images, every pair once, the second as a reference.
 *
 * @param genuine of pairs within a class, ascending
 * @param impostor of pairs across classes, ascending
 * @param lookAlike those of the impostor pairs that share a group, ascending
 */
record PairScores(double[] genuine, double[] impostor, double[] lookAlike) {

    static PairScores of(EmbeddedImages images, MatchFunction match) {
        float[][] columns = images.columns();
        List<Row> rows = IntStream.range(0, images.size())
                .parallel()
                .mapToObj(first -> Row.of(first, images, columns, match))
                .toList();
        return new PairScores(sorted(rows, Row::genuine), sorted(rows, Row::impostor), sorted(rows, Row::lookAlike));
    }

    private static double[] sorted(List<Row> rows, Function<Row, double[]> part) {
        double[] all = rows.stream().map(part).flatMapToDouble(Arrays::stream).toArray();
        Arrays.sort(all);
        return all;
    }

    /** One image against those after it. */
    private record Row(double[] genuine, double[] impostor, double[] lookAlike) {
        static Row of(int first, EmbeddedImages images, float[][] columns, MatchFunction match) {
            float[] logits = new float[images.size()];
            match.logits(images.embeddings()[first], columns, images.size(), logits);
            DoubleStream.Builder genuine = DoubleStream.builder();
            DoubleStream.Builder impostor = DoubleStream.builder();
            DoubleStream.Builder lookAlike = DoubleStream.builder();
            for (int second = first + 1; second < images.size(); second++) {
                if (images.genuine(first, second)) {
                    genuine.add(logits[second]);
                } else {
                    impostor.add(logits[second]);
                    if (images.sameGroup(first, second)) {
                        lookAlike.add(logits[second]);
                    }
                }
            }
            return new Row(
                    genuine.build().toArray(),
                    impostor.build().toArray(),
                    lookAlike.build().toArray());
        }
    }
}
