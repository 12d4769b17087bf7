package io.twinstream.deploy.acceptance.faces;

import io.twinstream.deploy.acceptance.faces.FaceScene.ShownFace;
import io.twinstream.deploy.acceptance.faces.MarkedFace.Eyes;
import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Region;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts what was found in scenes. A face is found if the middle between a region's eyes lies near the middle between its own. It
 * is located right if both eyes lie within a tenth of their distance of where they are.
 */
final class Finds {
    private static final double NEAR = 0.8;
    private static final double RIGHT = 0.1;

    private int shown;
    private int found;
    private int right;
    private int nothing;
    private final List<Double> errors = new ArrayList<>();
    private final List<String> missed = new ArrayList<>();

    /** Counts the regions of a scene, and returns the face that each of them shows; those that show none are left out. */
    Map<Region, ShownFace> add(FaceScene scene, List<Region> regions) {
        Map<Region, ShownFace> faces = new IdentityHashMap<>();
        Set<ShownFace> left = new HashSet<>(scene.faces());
        for (Region region : regions) {
            Eyes eyes = eyes(region);
            ShownFace face = left.stream()
                    .filter(each -> each.eyes().apart(eyes) < NEAR)
                    .findFirst()
                    .orElse(null);
            if (face == null) {
                nothing++;
            } else {
                left.remove(face);
                faces.put(region, face);
                double error = face.eyes().error(eyes);
                errors.add(error);
                right += error <= RIGHT ? 1 : 0;
            }
        }
        left.forEach(face -> missed.add("scene %d %s %s/%s at %.0f, %.0f, eyes %.0f px apart"
                .formatted(
                        scene.number(),
                        scene.scenery(),
                        face.person(),
                        face.picture(),
                        face.eyes().middleX(),
                        face.eyes().middleY(),
                        face.eyes().distance())));
        shown += scene.faces().size();
        found += faces.size();
        return faces;
    }

    /** Returns where a region of BlazeFace has the eyes. */
    static Eyes eyes(Region region) {
        Point left = region.getPoints().get(0);
        Point right = region.getPoints().get(1);
        return new Eyes(left.getX(), left.getY(), right.getX(), right.getY());
    }

    int shown() {
        return shown;
    }

    double share() {
        return (double) found / shown;
    }

    double shareRight() {
        return (double) right / found;
    }

    /** Returns the regions that show no face. */
    int ofNothing() {
        return nothing;
    }

    /** Says which faces weren't found. */
    List<String> missed() {
        return missed;
    }

    String figures() {
        double[] sorted =
                errors.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return "%d faces, found %.2f %%, of these right %.2f %% (eyes off by %.3f of their distance in the middle, %.3f at 99 %%), %d regions of nothing"
                .formatted(
                        shown,
                        100 * share(),
                        100 * shareRight(),
                        sorted.length == 0 ? 1 : sorted[sorted.length / 2],
                        sorted.length == 0 ? 1 : sorted[(int) (0.99 * sorted.length)],
                        nothing);
    }
}
