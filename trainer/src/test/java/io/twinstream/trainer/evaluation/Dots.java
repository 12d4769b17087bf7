package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntBinaryOperator;

/** Makes pictures of one pixel, told apart by its level of 0 to 255, and comparers that know only levels. */
final class Dots {
    private Dots() {}

    static Picture dot(int level) {
        return new Picture(1, 1, 1, new byte[] {(byte) level});
    }

    /** Returns a comparer that scores by the levels of probe and reference. */
    static Comparer comparer(IntBinaryOperator score) {
        return new Comparer() {
            @Override
            public String name() {
                return "dots";
            }

            @Override
            public double[][] scores(List<Picture> probes, List<Picture> references, int[][] against) {
                double[][] scores = new double[probes.size()][];
                for (int i = 0; i < scores.length; i++) {
                    scores[i] = new double[against[i].length];
                    for (int k = 0; k < scores[i].length; k++) {
                        scores[i][k] = score.applyAsInt(level(probes.get(i)), level(references.get(against[i][k])));
                    }
                }
                return scores;
            }
        };
    }

    /** Returns groups {@code g0, g1 ...} of subjects with one image by each of some drawers. */
    static HeldOutImages grouped(int groups, int subjects, int drawers) {
        List<HeldOutImage> images = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            for (int subject = 0; subject < subjects; subject++) {
                for (int drawer = 1; drawer <= drawers; drawer++) {
                    String path = "g%d/s%d".formatted(group, subject);
                    images.add(new HeldOutImage(
                            "%s/x_%02d.png".formatted(path, drawer),
                            "g" + group,
                            path,
                            Integer.toString(drawer),
                            dot(images.size())));
                }
            }
        }
        return new HeldOutImages(images, List.of(), "dots");
    }

    private static int level(Picture picture) {
        return picture.samples()[0] & 0xff;
    }
}
