package io.twinstream.verifier.replay;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.RecordDecoder;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.Verdict;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recorded verdicts are the verdicts on record, by the places of their probes. They are held in memory, with less than
 * 200 bytes a probe and each subject's name once. For one thread.
 */
final class RecordedVerdicts {
    private static final Logger log = LoggerFactory.getLogger(RecordedVerdicts.class);

    private record Key(int partition, long offset) {}

    private final ReplayRange range;
    private final TextPool texts = new TextPool();
    private final Map<Key, Decision> decisions = new HashMap<>();
    private final Set<Precision> precisions = EnumSet.noneOf(Precision.class);
    private long duplicates;

    RecordedVerdicts(ReplayRange range) {
        this.range = range;
    }

    /** Reads the committed verdicts on probes of the range, to the present end of their topic. */
    static RecordedVerdicts read(KafkaClients clients, String topic, ReplayRange range) {
        RecordedVerdicts verdicts = new RecordedVerdicts(range);
        RecordDecoder<Verdict> decoder = new RecordDecoder<>(Verdict.class, "a verdict", log);
        try (TopicReader<byte[]> reader = Replay.reader(clients, topic)) {
            // A verdict's record has its probe's append time or a later one, never an earlier one.
            reader.read(
                    reader.since(range.from()),
                    record -> decoder.tryDecode(record).ifPresent(verdicts::add));
        }
        return verdicts;
    }

    void add(Verdict verdict) {
        if (!range.contains(verdict.getAppendedAt())) {
            return;
        }
        precisions.add(verdict.getPrecision());
        Decision decision = Decision.of(verdict).sharing(texts);
        if (decisions.putIfAbsent(new Key(verdict.getProbePartition(), verdict.getProbeOffset()), decision) != null) {
            duplicates++;
        }
    }

    /** Returns the precisions that the verdicts on record were judged at. */
    Set<Precision> precisions() {
        return precisions;
    }

    /** Returns the first verdict on a probe, given out once, or null if there is none. */
    @Nullable
    Decision take(int partition, long offset) {
        return decisions.remove(new Key(partition, offset));
    }

    /** Returns how many verdicts nobody took. */
    int left() {
        return decisions.size();
    }

    /** Returns how many verdicts there were beyond the first on the same probe. */
    long duplicates() {
        return duplicates;
    }

    /** A text pool gives equal texts as one object, for as long as the pool lives. For one thread. */
    static final class TextPool {
        private final Map<String, String> texts = new HashMap<>();

        String one(String text) {
            String known = texts.putIfAbsent(text, text);
            return known == null ? text : known;
        }
    }
}
