package io.twinstream.deploy.verdict;

import io.twinstream.schemas.kafka.RecordDecoder;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.CommonSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads verdicts as a {@link ResultReader} does: in no group, and committed ones only. It is for one thread. */
public final class VerdictReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VerdictReader.class);

    private final ResultReader reader;
    private final RecordDecoder<Verdict> decoder = new RecordDecoder<>(Verdict.class, "a verdict", log);

    private VerdictReader(ResultReader reader) {
        this.reader = reader;
    }

    /**
     * Opens a reader. It reads what is appended after the return, whatever the start.
     *
     * @param fromBeginning whether to read what is there already, too
     * @throws KafkaException if there is no such topic or no broker answers
     */
    public static VerdictReader open(CommonSettings settings, boolean fromBeginning) {
        return new VerdictReader(ResultReader.open(settings, settings.topics().verdicts(), "verdicts", fromBeginning));
    }

    /** Returns the next verdicts, or none once the limit has passed. What is no verdict is logged and passed over. */
    public List<Verdict> poll(Duration limit) {
        List<Verdict> verdicts = new ArrayList<>();
        reader.poll(limit).forEach(record -> decoder.tryDecode(record).ifPresent(verdicts::add));
        return verdicts;
    }

    @Override
    public void close() {
        reader.close();
    }
}
