package io.twinstream.verifier.drift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.schemas.record.AlarmAbout;
import io.twinstream.verifier.drift.AlarmChange.AlarmStart;
import io.twinstream.verifier.drift.DomainWatch.DomainState;
import io.twinstream.verifier.drift.RateWatch.RateAlarm;
import io.twinstream.verifier.drift.RateWatch.RateState;
import io.twinstream.verifier.drift.ScoreWatch.ScoreState;
import java.io.IOException;
import java.util.Objects;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A series state is what is kept of a series from window to window. It is stored as JSON, on its store's changelog
 * alone.
 *
 * @param judgedMs the start of the latest window that was judged; no earlier one is judged any more
 * @param sizeMs the size of that window
 * @param seenMs when that window was judged, or when the series was first seen
 */
record SeriesState(long judgedMs, long sizeMs, long seenMs, RateState rate, ScoreState scores, DomainState domain) {
    private static final Logger log = LoggerFactory.getLogger(SeriesState.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    SeriesState {
        Objects.requireNonNull(rate, "a state needs one of the share of matches");
        Objects.requireNonNull(scores, "a state needs one of the scores");
        // Earlier releases wrote no state of the domain.
        domain = Objects.requireNonNullElse(domain, DomainState.FRESH);
    }

    /** Returns the state of a series of which nothing is known yet. */
    static SeriesState fresh(long nowMs) {
        return new SeriesState(-1, 0, nowMs, RateState.FRESH, ScoreState.FRESH, DomainState.FRESH);
    }

    SeriesState withDomain(DomainState next) {
        return new SeriesState(judgedMs, sizeMs, seenMs, rate, scores, next);
    }

    /** Returns the start of the raised alarm of a kind, or null while none is raised. */
    @Nullable
    AlarmStart raised(AlarmAbout about) {
        RateAlarm alarm = rate.alarm();
        return switch (about) {
            case MATCH_RATE -> alarm == null ? null : alarm.raised();
            case SCORES -> scores.alarm();
            case DOMAIN -> domain.alarm();
        };
    }

    /**
     * Returns a serde of states. A state that another release has written and this one can't read is taken for a fresh
     * one.
     */
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
            log.warn(
                    "the normal share of matches of a series can't be read from its changelog and is learned anew from now on: {}",
                    e.getMessage());
            return SeriesState.fresh(0);
        }
    }
}
