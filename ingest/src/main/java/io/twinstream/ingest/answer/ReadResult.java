package io.twinstream.ingest.answer;

import io.twinstream.schemas.kafka.RecordDecoder;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.result.DeadLetterView;
import io.twinstream.schemas.topic.DeadLetterNote;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a verdict or a dead letter as it was read. A verdict stays undecoded until somebody asks for it, and its headers, which
 * may be a hundred times larger, are not kept.
 */
sealed interface ReadResult {
    /** Bytes of an entry's objects in memory beside the texts and bytes that they hold, on a JVM of 64 bits. */
    int ENTRY_BYTES = 256;

    String probeId();

    /** Returns about how many bytes it takes in memory, its entry in a map included. */
    int bytes();

    /** Returns what it says; empty where it is no record of this kind, which is then logged once. */
    Optional<Said> said();

    /**
     * Holds what a result says, and of which record.
     *
     * @param place the record's place on the topic of probes; null where the result names none there
     */
    record Said(ProbeAnswer answer, @Nullable RecordPlace place) {}

    /** Reads a record of the topic of verdicts; empty where it has no key or no value. */
    static Optional<ReadResult> verdict(ConsumerRecord<String, byte[]> record) {
        return record.key() == null || record.value() == null
                ? Optional.empty()
                : Optional.of(new OfVerdict(
                        record.topic(), record.partition(), record.offset(), record.key(), record.value()));
    }

    /**
     * Reads a record of the topic of dead letters; empty where its headers don't name the probe.
     *
     * @param probes the topic of probes
     */
    static Optional<ReadResult> deadLetter(ConsumerRecord<String, byte[]> record, String probes) {
        DeadLetterNote note = DeadLetterNote.of(record.headers());
        if (note.probeId() == null) {
            return Optional.empty();
        }
        // A dead letter may be of a partial verdict, whose place says nothing of the probe's.
        boolean placed = probes.equals(note.topic()) && note.partition() >= 0 && note.offset() >= 0;
        return Optional.of(new OfDeadLetter(
                note.probeId(),
                DeadLetterView.of(record),
                placed ? new RecordPlace(note.partition(), note.offset()) : null));
    }

    /** Holds the bytes of a verdict. Its topic, partition and offset are for the log. */
    record OfVerdict(String topic, int partition, long offset, String probeId, byte[] value) implements ReadResult {
        private static final Logger log = LoggerFactory.getLogger(OfVerdict.class);
        private static final RecordDecoder<Verdict> VERDICTS = new RecordDecoder<>(Verdict.class, "a verdict", log);

        @Override
        public int bytes() {
            return ENTRY_BYTES + Character.BYTES * probeId.length() + value.length;
        }

        @Override
        public Optional<Said> said() {
            return VERDICTS.tryDecode(
                    new ConsumerRecord<>(topic, partition, offset, probeId, value),
                    verdict -> new Said(
                            new ProbeAnswer.Judged(verdict),
                            new RecordPlace(verdict.getProbePartition(), verdict.getProbeOffset())));
        }
    }

    /** Holds a dead letter without the bytes of its record. */
    record OfDeadLetter(
            String probeId, DeadLetterView letter, @Nullable RecordPlace place) implements ReadResult {
        @Override
        public int bytes() {
            return 2 * ENTRY_BYTES
                    + Character.BYTES
                            * (2 * probeId.length()
                                    + letter.message().length()
                                    + length(letter.key())
                                    + length(letter.source()));
        }

        @Override
        public Optional<Said> said() {
            return Optional.of(new Said(new ProbeAnswer.Rejected(letter), place));
        }

        private static int length(@Nullable String text) {
            return text == null ? 0 : text.length();
        }
    }
}
