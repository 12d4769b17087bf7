package io.twinstream.verifier.settings;

import io.twinstream.verifier.locate.Suppression;
import java.util.Locale;

/** A region choice says which of the regions that a model's locator finds in a probe's picture are judged. */
public enum RegionChoice {
    /** Judges the largest region alone. */
    LARGEST(1),
    /** Judges the largest sixteen, each by itself. */
    ALL(Suppression.MOST);

    private final int most;

    RegionChoice(int most) {
        this.most = most;
    }

    /** Returns the choice of this name. */
    static RegionChoice of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Returns how many regions of a picture are judged at most. */
    public int most() {
        return most;
    }
}
