package io.twinstream.deploy.demo;

import io.twinstream.deploy.drawing.DrawnCharacters;

/** Characters of our own as people, drawn as they are needed. */
record DrawnCast(DrawnCharacters drawings, int size) implements Cast {
    /** The hand that draws the references draws no probe. */
    private static final int FIRST_PROBE_HAND = 1;

    private static final int HANDS = 1_000;

    @Override
    public String name(int person) {
        return "character-%03d".formatted(person);
    }

    @Override
    public byte[] reference(int person) {
        return drawings.png(person, 0);
    }

    @Override
    public byte[] probe(int person, int number) {
        return drawings.png(person, FIRST_PROBE_HAND + number % HANDS);
    }
}
