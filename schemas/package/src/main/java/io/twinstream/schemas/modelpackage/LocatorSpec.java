package io.twinstream.schemas.modelpackage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Describes how a package's {@code locator.onnx} finds what is to be matched. Its graph takes {@code image [n, 3, height, width]},
 * float32, red, green, blue from 0 to 1.
 *
 * @param kind how the graph's outputs are turned into boxes and key points
 * @param width width of the graph's input in pixels
 * @param height height of the graph's input in pixels
 * @param fit how a picture is brought to that size: stretched or letterboxed
 * @param leastScore the score, 0 to 1, below which something found is no find
 * @param template where key points are laid in the embedder's input; empty where the box alone is taken
 * @param closeUp how many times the longer side of a find's box the square has in which it is located once more; null where
 *     finds count as they are
 */
public record LocatorSpec(
        Kind kind,
        int width,
        int height,
        Preparation.Fit fit,
        double leastScore,
        List<TemplatePoint> template,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double closeUp) {
    /** A smaller square may lack a part of what was found. */
    private static final double LEAST_CLOSE_UP = 1;

    private static final double MOST_CLOSE_UP = 10;

    public LocatorSpec {
        Objects.requireNonNull(kind, "a locator needs a kind");
        Objects.requireNonNull(fit, "a locator needs a fit");
        template = List.copyOf(template);
        if (width < 1 || height < 1 || width > 4096 || height > 4096) {
            throw new IllegalArgumentException(
                    "a locator's width and height must be 1 to 4096, were %d x %d".formatted(width, height));
        }
        if (fit != Preparation.Fit.STRETCH && fit != Preparation.Fit.LETTERBOX) {
            throw new IllegalArgumentException("a locator's fit must be stretch or letterbox, was " + fit);
        }
        if (!(leastScore > 0 && leastScore < 1)) {
            throw new IllegalArgumentException("leastScore must lie between 0 and 1, was " + leastScore);
        }
        if (closeUp != null && !(closeUp >= LEAST_CLOSE_UP && closeUp <= MOST_CLOSE_UP)) {
            throw new IllegalArgumentException("a locator's closeUp must be %s to %s times a find's box, was %s"
                    .formatted(LEAST_CLOSE_UP, MOST_CLOSE_UP, closeUp));
        }
        if (template.size() == 1) {
            throw new IllegalArgumentException("a template needs 2 points at least, had 1");
        }
        Set<Integer> named = new HashSet<>();
        for (TemplatePoint each : template) {
            if (kind.points() > 0 && each.point() >= kind.points()) {
                throw new IllegalArgumentException("a find of %s has key points 0 to %d, the template names %d"
                        .formatted(kind.name().toLowerCase(Locale.ROOT), kind.points() - 1, each.point()));
            }
            if (!named.add(each.point())) {
                throw new IllegalArgumentException(
                        "a template lays each key point once, %d stands there twice".formatted(each.point()));
            }
        }
        requirePlaces(template);
    }

    /** Describes a locator whose finds count as they are. */
    public LocatorSpec(
            Kind kind, int width, int height, Preparation.Fit fit, double leastScore, List<TemplatePoint> template) {
        this(kind, width, height, fit, leastScore, template, null);
    }

    private static void requirePlaces(List<TemplatePoint> template) {
        if (!template.isEmpty()) {
            TemplatePoint first = template.get(0);
            if (template.stream().allMatch(each -> each.x() == first.x() && each.y() == first.y())) {
                throw new IllegalArgumentException("a template needs points at different places, all are at %s, %s"
                        .formatted(first.x(), first.y()));
            }
        }
    }

    /** How a detector's outputs are turned into boxes and key points. */
    public enum Kind {
        /** MediaPipe's BlazeFace, 128 x 128: 896 anchors, boxes and 6 key points in pixels from the anchor. */
        @JsonProperty("blazeface")
        BLAZEFACE(6),
        /** OpenCV's YuNet: class, object, box and 5 key points at strides of 8, 16 and 32. */
        @JsonProperty("yunet")
        YUNET(5),
        /** InsightFace's SCRFD with key points: score, distances to the sides and 5 key points at strides of 8, 16 and 32. */
        @JsonProperty("scrfd")
        SCRFD(5),
        /** A graph that gives {@code boxes}, {@code scores} and perhaps {@code points} itself, in pixels of its input. */
        @JsonProperty("boxes")
        BOXES(0);

        private final int points;

        Kind(int points) {
            this.points = points;
        }

        /** Returns how many key points each find has; 0 where the graph says it. */
        public int points() {
            return points;
        }
    }

    /**
     * Lays a key point of a find onto a place of the embedder's input.
     *
     * @param point the index of the key point, as the locator gives them
     * @param x pixels from the left edge of the input, 0 is the centre of its first pixel
     * @param y pixels from its upper edge
     */
    public record TemplatePoint(int point, double x, double y) {
        public TemplatePoint {
            if (point < 0 || !Double.isFinite(x) || !Double.isFinite(y)) {
                throw new IllegalArgumentException(
                        "a template point needs an index and a place, had %d at %s, %s".formatted(point, x, y));
            }
        }
    }
}
