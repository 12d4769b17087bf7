package io.twinstream.schemas.modelpackage;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * An impostor choice says by which impostors a verifier decides. Nothing else picks the table of a package that thresholds are
 * looked up in.
 */
public enum ImpostorChoice {
    /** Decides by look-alikes where the package knows their rates, and by all impostors where it doesn't. */
    HARDEST,
    /** Decides by all impostors. */
    POOLED;

    /** Returns every table that a package can be decided by, that of look-alikes first, where there is one. */
    public static Map<Impostors, FmrTable> tables(Manifest manifest) {
        Map<Impostors, FmrTable> tables = new EnumMap<>(Impostors.class);
        for (ImpostorChoice each : values()) {
            tables.put(each.inForce(manifest), each.table(manifest));
        }
        return tables;
    }

    /** Returns the choice of this name. */
    public static ImpostorChoice of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Returns the name that the setting has. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the impostors by which a package's thresholds are set. */
    public Impostors inForce(Manifest manifest) {
        return this == HARDEST && manifest.lookAlikes().isPresent() ? Impostors.LOOK_ALIKES : Impostors.POOLED;
    }

    /**
     * Returns the table in which a package's thresholds are looked up. By look-alikes it has the higher threshold of both kinds at
     * each rate. At rates that their own table doesn't reach, no threshold is below their last.
     */
    public FmrTable table(Manifest manifest) {
        FmrTable pooled = manifest.fmrTable();
        return this == HARDEST ? manifest.lookAlikes().map(pooled::stricter).orElse(pooled) : pooled;
    }
}
