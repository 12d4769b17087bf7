package io.twinstream.ingest.settings;

import io.twinstream.schemas.settings.Settings;
import java.util.Locale;

/** What becomes of a picture that a record of its topic can't take. */
public enum Shrink {
    /** It is made smaller until it fits. */
    FIT,
    /** It is refused. */
    NEVER;

    /** The one that is set. */
    public static Shrink of(Settings settings) {
        return valueOf(settings.getString(IngestSettings.SHRINK).toUpperCase(Locale.ROOT));
    }

    /** As it is written in the settings. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
