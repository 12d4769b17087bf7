package io.twinstream.deploy.drawing;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Holds the shape of a character: two to four strokes, each either joined to the one before or apart from it. */
record Glyph(List<Stroke> strokes) {
    private static final int FEWEST = 2;
    private static final int KINDS_OF_COUNT = 3;
    private static final double MARGIN = 0.15;

    Glyph {
        strokes = List.copyOf(strokes);
    }

    static Glyph random(Random random) {
        List<Stroke> strokes = new ArrayList<>();
        Point pen = Point.random(random, MARGIN);
        int count = FEWEST + random.nextInt(KINDS_OF_COUNT);
        for (int i = 0; i < count; i++) {
            Stroke stroke = Stroke.random(pen, random);
            strokes.add(stroke);
            pen = random.nextBoolean() ? stroke.end() : Point.random(random, MARGIN);
        }
        return new Glyph(strokes);
    }

    Glyph map(UnaryOperator<Point> move) {
        return new Glyph(strokes.stream().map(stroke -> stroke.map(move)).toList());
    }
}
