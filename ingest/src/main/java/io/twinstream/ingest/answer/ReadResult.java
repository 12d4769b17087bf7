package io.twinstream.ingest.answer;

import io.twinstream.schemas.kafka.RecordDecoder;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.result.DeadLetterView;
import io.twinstream.schemas.topic.DeadLetterNote;
import io.twinstream.schemas.topic.Ids;
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

    /**
     * Bytes of the largest verdict that is kept and given to callers. One of some 15,000 candidates has as many. Many callers
     * that don't read their answers would fill the memory with larger ones.
     */
    int MOST_BYTES = 512 * 1024;

    /** Returns the probe's id in its composed form, by which callers ask; a program of its own may have written another. */
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

    /** Reads a record of the topic of verdicts; empty where it has no key or no value, or is large and no verdict. */
    static Optional<ReadResult> verdict(ConsumerRecord<String, byte[]> record) {
        if (record.key() == null || record.value() == null) {
            return Optional.empty();
        }
        OfVerdict verdict = new OfVerdict(
                record.topic(), record.partition(), record.offset(), Ids.normal(record.key()), record.value());
        return record.value().length <= MOST_BYTES
                ? Optional.of(verdict)
                : verdict.said().map(said -> TooLarge.of(verdict, said.place()));
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
                Ids.normal(note.probeId()),
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
            return VERDICTS.tryDecode(new ConsumerRecord<>(topic, partition, offset, probeId, value), this::said);
        }

        /** A key says where a verdict is looked for, and the verdict itself whose it is. */
        private Said said(Verdict verdict) {
            if (!Ids.normal(verdict.getProbeId()).equals(probeId)) {
                throw new IllegalArgumentException("its key is another id than its probe's");
            }
            return new Said(
                    new ProbeAnswer.Judged(verdict),
                    new RecordPlace(verdict.getProbePartition(), verdict.getProbeOffset()));
        }
    }

    /** Stands for a verdict that is too large to be kept, and says where it is. */
    record TooLarge(String probeId, String line, @Nullable RecordPlace place) implements ReadResult {
        static ReadResult of(OfVerdict verdict, @Nullable RecordPlace place) {
            return new TooLarge(
                    verdict.probeId(),
                    "the verdict has %d bytes, and answers have at most %d: read it on the topic %s, partition %d, at offset %d"
                            .formatted(
                                    verdict.value().length,
                                    MOST_BYTES,
                                    verdict.topic(),
                                    verdict.partition(),
                                    verdict.offset()),
                    place);
        }

        @Override
        public int bytes() {
            return 2 * ENTRY_BYTES + Character.BYTES * (probeId.length() + line.length());
        }

        @Override
        public Optional<Said> said() {
            return Optional.of(new Said(new ProbeAnswer.Outstanding(line, true), place));
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
