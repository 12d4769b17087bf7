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
 * The verdicts on record, by where their probes lie. Holds them in memory, less than 200 bytes a probe beside the names
 * of the subjects, each once. For one thread.
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

    /** Reads the committed verdicts on probes of the range, to the end of their topic as it is now. */
    static RecordedVerdicts read(KafkaClients clients, String topic, ReplayRange range) {
        RecordedVerdicts verdicts = new RecordedVerdicts(range);
        RecordDecoder<Verdict> decoder = new RecordDecoder<>(Verdict.class, "a verdict", log);
        try (TopicReader<byte[]> reader = Replay.reader(clients, topic)) {
            // A verdict carries its probe's append time, or that of its own: never an earlier one.
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

    /** The precisions that the verdicts on record were judged at. */
    Set<Precision> precisions() {
        return precisions;
    }

    /** The first verdict on a probe, given out once; null if there is none. */
    @Nullable
    Decision take(int partition, long offset) {
        return decisions.remove(new Key(partition, offset));
    }

    /** Verdicts that nobody took. */
    int left() {
        return decisions.size();
    }

    /** Verdicts beyond the first on the same probe. */
    long duplicates() {
        return duplicates;
    }

    /** Equal texts as one object, for as long as the pool lives. For one thread. */
    static final class TextPool {
        private final Map<String, String> texts = new HashMap<>();

        String one(String text) {
            String known = texts.putIfAbsent(text, text);
            return known == null ? text : known;
        }
    }
}
