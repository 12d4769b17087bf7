package io.twinstream.trainer.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/** Pairs of one kind, genuine or impostor, without repetition: a pair and its reverse are one. */
final class PairDraw {
    /** Beyond this many possible pairs for each that is wanted, chance finds a new one soon; below, all are listed. */
    private static final int PLENTY = 4;

    /** Where drawers rule out most pairs, chance may never find the last ones. */
    private static final int TRIES = 100;

    private final HeldOutImages images;
    private final boolean genuine;
    private final boolean drawersApart;
    private final Set<Long> seen = new HashSet<>();
    private final List<ImagePair> pairs = new ArrayList<>();

    PairDraw(HeldOutImages images, boolean genuine, boolean drawersApart) {
        this.images = images;
        this.genuine = genuine;
        this.drawersApart = drawersApart;
    }

    /**
     * Draws.
     *
     * @param possible about how many there are, drawers not considered
     * @param chance gives two images
     * @param all gives every two images, where there aren't many
     */
    List<ImagePair> draw(int wanted, long possible, Random random, Supplier<int[]> chance, Supplier<List<int[]>> all) {
        if (possible > (long) PLENTY * wanted) {
            for (long tries = (long) TRIES * wanted; tries > 0 && pairs.size() < wanted; tries--) {
                offer(chance.get());
            }
            return pairs;
        }
        List<int[]> listed = new ArrayList<>(all.get());
        Collections.shuffle(listed, random);
        for (int i = 0; i < listed.size() && pairs.size() < wanted; i++) {
            offer(listed.get(i));
        }
        return pairs;
    }

    private void offer(int[] two) {
        HeldOutImage probe = images.images().get(two[0]);
        HeldOutImage reference = images.images().get(two[1]);
        boolean fits = two[0] != two[1]
                && probe.sameSubject(reference) == genuine
                && !(drawersApart && probe.sameDrawer(reference));
        long key = (long) Math.min(two[0], two[1]) << Integer.SIZE | Math.max(two[0], two[1]);
        if (fits && seen.add(key)) {
            pairs.add(new ImagePair(two[0], two[1], genuine));
        }
    }
}
