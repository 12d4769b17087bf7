package io.twinstream.verifier.drift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** States as JSON, on their changelog alone. What another release has written and this one can't read is taken for a fresh state. */
final class StateSerde {
    private static final Logger log = LoggerFactory.getLogger(StateSerde.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private StateSerde() {}

    static Serde<SeriesState> serde() {
        return Serdes.serdeFrom((topic, state) -> write(state), (topic, bytes) -> read(bytes));
    }

    private static byte @Nullable [] write(@Nullable SeriesState state) {
        try {
            return state == null ? null : JSON.writeValueAsBytes(state);
        } catch (JsonProcessingException e) {
            throw new SerializationException(e);
        }
    }

    private static @Nullable SeriesState read(byte @Nullable [] bytes) {
        try {
            return bytes == null ? null : JSON.readValue(bytes, SeriesState.class);
        } catch (IOException e) {
            log.warn("what is normal for a series can't be read and is learned anew: {}", e.getMessage());
            return SeriesState.fresh(0);
        }
    }
}
