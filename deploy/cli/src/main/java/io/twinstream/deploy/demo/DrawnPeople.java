package io.twinstream.deploy.demo;

import io.twinstream.deploy.drawing.DrawnCharacters;

/** Provides drawn characters as people, each drawn when it is needed. */
record DrawnPeople(DrawnCharacters drawings, int size) implements People {
    /** The first hand that draws probes: the one before it draws the references, and no probe. */
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
