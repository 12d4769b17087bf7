package io.twinstream.ingest.settings;

import java.util.Locale;

/** Says what happens to a picture that a record of its topic can't take. */
public enum Shrink {
    /** The picture is made smaller until it fits. */
    FIT,
    /** The picture is refused. */
    NEVER;

    static Shrink of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Returns the word that stands for it in the settings. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
