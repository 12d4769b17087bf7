package io.twinstream.trainer.evaluation;

import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Tiles;
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
        Tiles references = images.tiles(match);
        List<Row> rows = IntStream.range(0, images.size())
                .parallel()
                .mapToObj(first -> Row.of(first, images, references, match))
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
        static Row of(int first, EmbeddedImages images, Tiles references, MatchFunction match) {
            float[][] probe = {match.fold(images.embeddings()[first])};
            float[][] logits = new float[1][MatchFunction.TILE];
            DoubleStream.Builder genuine = DoubleStream.builder();
            DoubleStream.Builder impostor = DoubleStream.builder();
            DoubleStream.Builder lookAlike = DoubleStream.builder();
            for (int tile = first / MatchFunction.TILE; tile < references.tiles(); tile++) {
                int begin = tile * MatchFunction.TILE;
                int count = references.logits(tile, probe, logits);
                for (int second = Math.max(begin, first + 1); second < begin + count; second++) {
                    float logit = logits[0][second - begin];
                    if (images.genuine(first, second)) {
                        genuine.add(logit);
                    } else {
                        impostor.add(logit);
                        if (images.sameGroup(first, second)) {
                            lookAlike.add(logit);
                        }
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
