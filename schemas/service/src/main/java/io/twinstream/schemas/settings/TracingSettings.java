package io.twinstream.schemas.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** The settings about traces, which those who begin them and those who go on with them share. */
public final class TracingSettings {
    public static final String ENDPOINT = "tracing.otlp.endpoint";
    public static final String RATIO = "tracing.ratio";

    private TracingSettings() {}

    /** Adds the declarations. */
    static ConfigDef define(ConfigDef definition) {
        return definition
                .define(
                        ENDPOINT,
                        ConfigDef.Type.STRING,
                        "",
                        url("http://127.0.0.1:4318/v1/traces"),
                        MEDIUM,
                        "URL that spans are sent to by OTLP, http://127.0.0.1:4318/v1/traces for a collector beside; empty: nothing is traced.")
                .define(
                        RATIO,
                        ConfigDef.Type.DOUBLE,
                        1.0,
                        between(0.0, 1.0),
                        MEDIUM,
                        "Share of the traces begun at ingest that are recorded, 0 to 1; one that a caller began goes on as the caller says.");
    }

    /** Takes the URL of a server, or nothing. */
    static ConfigDef.Validator url(String example) {
        return ConfigDef.LambdaValidator.with(
                (name, value) -> check(name, (String) value, example),
                () -> "a URL such as %s, or empty".formatted(example));
    }

    private static void check(String name, String endpoint, String example) {
        if (endpoint.isEmpty()) {
            return;
        }
        try {
            URI url = URI.create(endpoint);
            if (url.getHost() != null
                    && Set.of("http", "https")
                            .contains(String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT))) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new ConfigException("%s must be a URL such as %s, was '%s'".formatted(name, example, endpoint));
    }
}
