package io.twinstream.deploy.drawing;

import java.util.Random;

/**
 * Draws as many characters as one likes, each in as many hands. A picture is a function of seed, character and hand: the same
 * ones give the same bytes. It is safe for many threads.
 */
public final class DrawnCharacters {
    private static final int PAGE = 0;
    private static final int GLYPH = 1;
    private static final int HAND = 2;

    private final long seed;

    public DrawnCharacters(long seed) {
        this.seed = seed;
    }

    /** Draws one character by one hand, as a PNG of 105 x 105 pixels with 1 bit each, where 0 is ink. */
    public byte[] png(int character, int hand) {
        Glyph glyph = Glyph.random(random(GLYPH, character, 0));
        Hand writer = Hand.random(random(HAND, 0, hand));
        Page page = new Page();
        page.draw(writer.write(glyph, random(PAGE, character, hand)), writer.penRadius());
        return page.png();
    }

    /** Returns a random source of its own for each purpose, so that a further character leaves the others as they are. */
    private Random random(int purpose, int character, int hand) {
        return new Random(mix(mix(mix(seed + purpose) + character) + hand));
    }

    /** Applies SplitMix64's finalizer (Steele, Lea, Flood 2014), which gives neighbours seeds without likeness. */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
