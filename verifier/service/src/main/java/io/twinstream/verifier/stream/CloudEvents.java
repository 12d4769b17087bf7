package io.twinstream.verifier.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.settings.StreamSettings;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Cloud events are verdicts and alarms that headers describe as CloudEvents 1.0, in the binary mode of the Kafka protocol
 * binding: {@code ce_*} and {@code content-type}, as UTF-8 text. With {@code verifier.cloudevents} they are written. Without,
 * those that came with a probe are still taken away from its verdict, since they describe another value. Safe for many
 * threads.
 *
 * <p>Source and id together name one event, also where a transaction is repeated. So a verdict's id is the place and the append
 * time of its probe's record: ids of probes may be used twice, and offsets begin again where the topic is made anew.
 */
public final class CloudEvents {
    /** Is the type of all verdicts. */
    static final String VERDICT = "io.twinstream.verdict";

    /** Begins the types of alarms, which end in what has become of the alarm. */
    static final String ALARM = "io.twinstream.alarm.";

    private static final String PREFIX = "ce_";
    private static final String CONTENT_TYPE = "content-type";
    private static final byte[] VERSION = "1.0".getBytes(UTF_8);
    private static final byte[] AVRO = "application/avro".getBytes(UTF_8);
    private static final byte[] VERDICT_TYPE = VERDICT.getBytes(UTF_8);

    private final byte @Nullable [] source;

    private CloudEvents(byte @Nullable [] source) {
        this.source = source;
    }

    /** Returns the ones that describe nothing. */
    public static CloudEvents off() {
        return new CloudEvents(null);
    }

    /** Returns the ones that the settings ask for. Their source is {@code /PREFIX/GROUP}: the topics' prefix, and the group. */
    public static CloudEvents of(StreamSettings settings, Topics topics) {
        return settings.cloudEvents() ? ofSource(topics.prefix(), settings.group()) : off();
    }

    /** Returns the ones of a group of verifiers whose topics have this prefix. */
    public static CloudEvents ofSource(String prefix, String group) {
        return new CloudEvents(("/" + segment(prefix) + "/" + segment(group)).getBytes(UTF_8));
    }

    /** Describes a verdict in its record's headers, which are those of its probe. */
    void describe(Headers headers, Verdict verdict) {
        remove(headers);
        if (source != null) {
            String id = verdict.getProbePartition()
                    + "-"
                    + verdict.getProbeOffset()
                    + "-"
                    + verdict.getAppendedAt().toEpochMilli();
            write(headers, source, VERDICT_TYPE, id, verdict.getProbeId(), verdict.getDecidedAt());
        }
    }

    /** Describes an alarm in its record's headers. That it is raised and that it is cleared are two events. */
    public void describe(Headers headers, Alarm alarm) {
        if (source != null) {
            String state = alarm.getState().name().toLowerCase(Locale.ROOT);
            write(
                    headers,
                    source,
                    (ALARM + state).getBytes(UTF_8),
                    alarm.getId() + "/" + state,
                    alarm.getSourceId(),
                    Objects.requireNonNullElse(alarm.getClearedAt(), alarm.getRaisedAt()));
        }
    }

    /** Takes away what describes another value than the record's own. */
    static void remove(Headers headers) {
        for (Header header : headers.toArray()) {
            String name = header.key();
            if (name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()) || name.equalsIgnoreCase(CONTENT_TYPE)) {
                headers.remove(name);
            }
        }
    }

    private static void write(Headers headers, byte[] source, byte[] type, String id, String subject, Instant time) {
        headers.add("ce_specversion", VERSION)
                .add("ce_id", id.getBytes(UTF_8))
                .add("ce_source", source)
                .add("ce_type", type)
                // Ids of verdicts that others wrote, or from before there was a rule for ids, may hold anything.
                .add("ce_subject", ForeignText.value(subject).getBytes(UTF_8))
                .add("ce_time", time.toString().getBytes(UTF_8))
                .add(CONTENT_TYPE, AVRO);
    }

    /** Returns a text as one segment of a URI's path. */
    private static String segment(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
