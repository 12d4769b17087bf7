package io.twinstream.schemas.kafka;

import io.twinstream.schemas.text.ForeignText;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * This is a transaction that holds the readers of a partition back: readers of committed records stop at its first record.
 *
 * @param offset the offset of its first record there
 * @param since when it began, or where only that is known, when its last record there was written
 * @param transactionalId its id; empty where no coordinator names it, because the user lacks DESCRIBE on the id or the
 *     transaction hangs
 * @param timeout the time after which its coordinator aborts it
 */
public record OpenTransaction(
        TopicPartition partition,
        long offset,
        Optional<Instant> since,
        OptionalLong producerId,
        OptionalInt producerEpoch,
        OptionalInt coordinatorEpoch,
        Optional<String> transactionalId,
        Optional<Duration> timeout) {
    /** Matches an id that a shell takes as it is. */
    private static final Pattern PLAIN = Pattern.compile("[\\w.:-]{1,200}");

    /** Makes a transaction about which nothing more is known. */
    static OpenTransaction unknown(TopicPartition partition, long offset) {
        return new OpenTransaction(
                partition,
                offset,
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Returns how long the transaction has been open, as far as that is known. */
    public Optional<Duration> age(Instant now) {
        return since.map(begun -> Duration.between(begun, now)).filter(age -> !age.isNegative());
    }

    /** Returns one line that says where readers stop, whose transaction it is, and what ends it. */
    public String line(Instant now) {
        String details = Stream.of(
                        producerId.stream().mapToObj(id -> "producer " + id),
                        age(now).stream().map(age -> "open for %d s".formatted(age.toSeconds())),
                        timeout.stream().map(limit -> "timeout %d s".formatted(limit.toSeconds())))
                .flatMap(each -> each)
                .collect(Collectors.joining(", "));
        return "an open transaction%s%s holds %s back at offset %d: %s"
                .formatted(
                        transactionalId
                                .map(id -> " of '" + ForeignText.value(id) + "'")
                                .orElse(""),
                        details.isEmpty() ? "" : " (" + details + ")",
                        partition,
                        offset,
                        mend());
    }

    private String mend() {
        return transactionalId
                .map(id -> "'twinstream topics transactions --abort %s' ends it"
                        .formatted(PLAIN.matcher(id).matches() ? id : partition))
                .orElse("'twinstream topics transactions' says whose it is and ends it");
    }
}
