package io.twinstream.verifier.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.verifier.lookahead.RejectedProbe;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/** A record that can't be judged, as it goes to the dead letters: key, value and headers as they came, and why. */
public final class DeadLetter {
    private DeadLetter() {}

    public static Record<byte[], byte[]> of(
            Record<byte[], byte[]> original, TopicPartition partition, long offset, RejectedProbe rejected) {
        Headers headers = new RecordHeaders(original.headers());
        add(headers, DeadLetterHeaders.REASON, rejected.reason());
        add(headers, DeadLetterHeaders.MESSAGE, ForeignText.line(rejected.message()));
        add(headers, DeadLetterHeaders.TOPIC, partition.topic());
        add(headers, DeadLetterHeaders.PARTITION, Integer.toString(partition.partition()));
        add(headers, DeadLetterHeaders.OFFSET, Long.toString(offset));
        return original.withHeaders(headers);
    }

    private static void add(Headers headers, String name, String text) {
        headers.add(name, text.getBytes(UTF_8));
    }
}
