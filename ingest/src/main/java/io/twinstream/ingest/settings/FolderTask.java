package io.twinstream.ingest.settings;

import java.util.Locale;

/** What a file in the watched folder is sent as. */
public enum FolderTask {
    /** A probe whose subject is looked for in the whole gallery. */
    IDENTIFY,
    /** A reference of the subject that its folder is named after. */
    REFERENCE;

    /** As it is written in the settings. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static FolderTask of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
