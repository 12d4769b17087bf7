package io.twinstream.verifier.locate;

import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.verifier.locate.RawOutputs.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes MediaPipe's BlazeFace, of short range (128 x 128) or long (256 x 256). Its 896 anchors are the centres of 16 x 16
 * cells, two each, and of 8 x 8 cells, six each. Scores are logits; centre, width, height and 6 key points are pixels of the
 * input, counted from the anchor.
 *
 * <p>Maintainers: exports give both grids as one output, or each as its own. Key points are the eyes, nose, mouth and ears;
 * the picture's left eye comes first.
 */
final class BlazeFaceDecoder extends FindDecoder {
    private static final int POINTS = LocatorSpec.Kind.BLAZEFACE.points();
    private static final int COLUMNS = 4 + 2 * POINTS;
    private static final String SCORES = "classificators";
    private static final String NUMBERS = "regressors";

    /** A grid has some anchors for each cell. */
    private record Grid(int cells, int each) {
        static final List<Grid> BOTH = List.of(new Grid(16, 2), new Grid(8, 6));

        int anchors() {
            return cells * cells * each;
        }
    }

    /** A part is one output of scores with that of the numbers that belong to it. */
    private record Part(int scores, int numbers, List<Grid> grids) {}

    private final int side;
    private final List<Part> parts;

    private BlazeFaceDecoder(LocatorSpec spec, List<Part> parts) {
        super(spec, spec.kind().points());
        this.side = spec.width();
        this.parts = parts;
    }

    static BlazeFaceDecoder matching(LocatorSpec spec, List<Shape> outputs) {
        if (spec.width() != spec.height()) {
            throw new IllegalArgumentException("a locator of kind blazeface takes a square, has %d x %d pixels"
                    .formatted(spec.width(), spec.height()));
        }
        int all = Grid.BOTH.stream().mapToInt(Grid::anchors).sum();
        if (outputs.stream().anyMatch(output -> output.rows() == all)) {
            return new BlazeFaceDecoder(spec, List.of(part(spec, outputs, all, Grid.BOTH)));
        }
        List<Part> parts = new ArrayList<>();
        for (Grid grid : Grid.BOTH) {
            parts.add(part(spec, outputs, grid.anchors(), List.of(grid)));
        }
        return new BlazeFaceDecoder(spec, parts);
    }

    private static Part part(LocatorSpec spec, List<Shape> outputs, int rows, List<Grid> grids) {
        return new Part(
                index(spec, outputs, SCORES, rows, 1, 0), index(spec, outputs, NUMBERS, rows, COLUMNS, 0), grids);
    }

    @Override
    public List<Region> candidates(RawOutputs outputs, int image) {
        List<Region> candidates = new ArrayList<>();
        for (Part part : parts) {
            int row = 0;
            for (Grid grid : part.grids()) {
                for (int anchor = 0; anchor < grid.anchors(); anchor++) {
                    add(candidates, outputs, image, part, row++, grid, anchor / grid.each());
                }
            }
        }
        return candidates;
    }

    private void add(List<Region> candidates, RawOutputs outputs, int image, Part part, int row, Grid grid, int cell) {
        double score = sigmoid(outputs.buffers().get(part.scores()).get(outputs.at(part.scores(), image, row, 1)));
        if (!isFind(score)) {
            return;
        }
        FloatBuffer numbers = outputs.buffers().get(part.numbers());
        int at = outputs.at(part.numbers(), image, row, COLUMNS);
        int column = cell % grid.cells();
        int line = cell / grid.cells();
        float across = (column + 0.5f) * side / grid.cells();
        float down = (line + 0.5f) * side / grid.cells();
        if (arePlaces(numbers, at, COLUMNS) && isSize(numbers.get(at + 2)) && isSize(numbers.get(at + 3))) {
            add(
                    candidates,
                    points(numbers, at, 1, 1, across, down).get(0),
                    numbers.get(at + 2),
                    numbers.get(at + 3),
                    score,
                    points(numbers, at + 4, POINTS, 1, across, down));
        }
    }
}
