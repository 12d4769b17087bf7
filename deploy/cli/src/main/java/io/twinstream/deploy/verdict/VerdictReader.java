package io.twinstream.deploy.verdict;

import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.text.ForeignText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads verdicts, as a {@link ResultReader} does: in no group, committed ones only. For one thread. */
public final class VerdictReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VerdictReader.class);

    private final ResultReader reader;
    private final RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);

    private VerdictReader(ResultReader reader) {
        this.reader = reader;
    }

    /**
     * Opens a reader. What is appended after the return is read, whatever the start.
     *
     * @param fromBeginning whether to read what is there already, too
     * @throws KafkaException if there is no such topic or no broker answers
     */
    public static VerdictReader open(CommonSettings settings, boolean fromBeginning) {
        return new VerdictReader(ResultReader.open(settings, settings.topics().verdicts(), "verdicts", fromBeginning));
    }

    /** The next verdicts, or none after the limit. What can't be read is logged and left out. */
    public List<Verdict> poll(Duration limit) {
        List<Verdict> verdicts = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : reader.poll(limit)) {
            try {
                verdicts.add(serde.decode(record.value()));
            } catch (SerializationException e) {
                log.warn("verdict at {}-{}: {}", record.partition(), record.offset(), ForeignText.line(e.getMessage()));
            }
        }
        return verdicts;
    }

    /** One line on the open transaction that keeps verdicts from being read now; empty if there is none. */
    public Optional<String> heldBack() {
        return reader.heldBack();
    }

    @Override
    public void close() {
        reader.close();
    }
}
