package io.twinstream.ingest.settings;

import java.util.Locale;

/** Says as what a file in the watched folder is sent. */
public enum FolderTask {
    /** The file is a probe, whose subject is looked for in the whole gallery. */
    IDENTIFY,
    /** The file is a reference of the subject that its folder is named after. */
    REFERENCE;

    /** Returns the word that stands for it in the settings. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static FolderTask of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
