package io.twinstream.ingest.settings;

import java.util.Locale;

/** What becomes of a picture that a record of its topic can't take. */
public enum Shrink {
    /** It is made smaller until it fits. */
    FIT,
    /** It is refused. */
    NEVER;

    static Shrink of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** As it is written in the settings. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
