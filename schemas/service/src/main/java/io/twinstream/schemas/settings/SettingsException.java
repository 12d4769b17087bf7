package io.twinstream.schemas.settings;

import java.util.List;
import org.apache.kafka.common.config.ConfigException;

/** Tells everything that is wrong in the settings of a process; the message has one line for each finding. */
public final class SettingsException extends ConfigException {
    private final List<String> findings;

    /** @param findings lines without secrets; none where they stand in another exception */
    SettingsException(List<String> findings) {
        super(String.join("\n", findings));
        this.findings = List.copyOf(findings);
    }

    /** Returns the findings, one line each. */
    public List<String> findings() {
        return findings;
    }
}
