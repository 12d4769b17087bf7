package io.twinstream.ingest.settings;

import java.util.Locale;

/**
 * Says under which key a probe's record lies on its topic. Records of one key lie in one partition, in the order in which they
 * were sent, and one thread at a time judges them.
 */
public enum ProbeKey {
    /** The key is the probe's id, so that the probes of one source spread over all partitions. */
    PROBE,
    /** The key is the source's id, so that the probes of one source are judged in their order, by one thread. */
    SOURCE;

    static ProbeKey of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Returns the word that stands for it in the settings. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the key of a probe with these ids. */
    public String of(String probeId, String sourceId) {
        return this == PROBE ? probeId : sourceId;
    }
}
