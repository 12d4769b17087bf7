package io.twinstream.verifier.locate;

import io.twinstream.verifier.locate.Region.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A suppression brings the candidates that stand for one thing together. The one of the highest score is kept, and those
 * that overlap with it by more than {@value #SAME} go. Where it is weighted, the kept one becomes the mean of all of them,
 * weighted by their scores, as MediaPipe does it for BlazeFace.
 *
 * @param weighted whether the kept one becomes the mean of those that go
 */
public record Suppression(boolean weighted) {
    /** The most regions that are kept of a picture: the largest ones. */
    public static final int MOST = 16;

    private static final double SAME = 0.3;
    /** The candidates of the highest scores that are looked at; their number's square is the work. */
    private static final int MOST_CANDIDATES = 512;

    /** Returns the things that were found, the largest first. */
    public List<Region> of(List<Region> candidates) {
        List<Region> left = new ArrayList<>(candidates.stream()
                .sorted(Comparator.comparing(Region::score).reversed())
                .limit(MOST_CANDIDATES)
                .toList());
        List<Region> kept = new ArrayList<>();
        while (!left.isEmpty()) {
            Region best = left.remove(0);
            List<Region> same = new ArrayList<>(List.of(best));
            left.removeIf(each -> best.overlap(each) > SAME && same.add(each));
            kept.add(weighted ? mean(same) : best);
        }
        return kept.stream()
                .sorted(Comparator.comparing(Region::area).reversed())
                .limit(MOST)
                .toList();
    }

    /** Returns the mean region, with the score of the first. */
    private static Region mean(List<Region> regions) {
        Region first = regions.get(0);
        double all = regions.stream().mapToDouble(Region::score).sum();
        double[] sums = new double[4];
        double[] places = new double[2 * first.points().size()];
        for (Region each : regions) {
            double weight = each.score() / all;
            sums[0] += weight * each.x();
            sums[1] += weight * each.y();
            sums[2] += weight * each.width();
            sums[3] += weight * each.height();
            for (int i = 0; i < first.points().size(); i++) {
                places[2 * i] += weight * each.points().get(i).x();
                places[2 * i + 1] += weight * each.points().get(i).y();
            }
        }
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < first.points().size(); i++) {
            points.add(new Point((float) places[2 * i], (float) places[2 * i + 1]));
        }
        return new Region((float) sums[0], (float) sums[1], (float) sums[2], (float) sums[3], first.score(), points);
    }
}
