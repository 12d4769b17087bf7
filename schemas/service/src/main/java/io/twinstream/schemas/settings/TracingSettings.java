package io.twinstream.schemas.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Holds the settings about traces, which the services that begin them share with those that continue them.
 *
 * @param endpoint the URL that spans are sent to; empty where nothing is traced
 * @param ratio the share of the traces begun here that are recorded, 0 to 1
 */
public record TracingSettings(Optional<String> endpoint, double ratio) {
    public static final String ENDPOINT = "tracing.otlp.endpoint";
    public static final String RATIO = "tracing.ratio";

    /** Declares the keys about traces. */
    static ConfigDef define(ConfigDef definition) {
        return definition
                .define(
                        ENDPOINT,
                        ConfigDef.Type.STRING,
                        "",
                        HttpUrl.like("http://127.0.0.1:4318/v1/traces"),
                        MEDIUM,
                        "URL that spans are sent to by OTLP, http://127.0.0.1:4318/v1/traces for a collector on the same machine; empty: nothing is traced.")
                .define(
                        RATIO,
                        ConfigDef.Type.DOUBLE,
                        1.0,
                        between(0.0, 1.0),
                        MEDIUM,
                        "Share of the traces begun at ingest that are recorded, 0 to 1. A trace that a caller "
                                + "began goes on as the caller says.");
    }

    static TracingSettings of(Settings settings) {
        String endpoint = settings.getString(ENDPOINT);
        return new TracingSettings(
                endpoint.isEmpty() ? Optional.empty() : Optional.of(endpoint), settings.getDouble(RATIO));
    }
}
