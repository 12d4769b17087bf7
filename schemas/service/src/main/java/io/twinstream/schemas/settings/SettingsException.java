package io.twinstream.schemas.settings;

import java.util.List;
import org.apache.kafka.common.config.ConfigException;

/** Everything that is wrong in the settings of a process: its message has one line for each finding. */
public final class SettingsException extends ConfigException {
    private final List<String> findings;

    /** @param findings each in one line, without a secret; none where they stand in another exception */
    SettingsException(List<String> findings) {
        super(String.join("\n", findings));
        this.findings = List.copyOf(findings);
    }

    /** Each in one line. */
    public List<String> findings() {
        return findings;
    }
}
