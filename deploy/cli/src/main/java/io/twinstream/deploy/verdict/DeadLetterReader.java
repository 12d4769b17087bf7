package io.twinstream.deploy.verdict;

import io.twinstream.schemas.result.DeadLetterView;
import io.twinstream.schemas.settings.CommonSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/** Reads dead letters as a {@link ResultReader} does: in no group, and committed ones only. It is for one thread. */
public final class DeadLetterReader implements AutoCloseable {
    private final ResultReader reader;

    private DeadLetterReader(ResultReader reader) {
        this.reader = reader;
    }

    /**
     * Opens a reader. It reads what is appended after the return, whatever the start.
     *
     * @param fromBeginning whether to read what is there already, too
     * @throws KafkaException if there is no such topic, the user may not read it, or no broker answers
     */
    public static DeadLetterReader open(CommonSettings settings, boolean fromBeginning) {
        return new DeadLetterReader(
                ResultReader.open(settings, settings.topics().deadLetters(), "dead letters", fromBeginning));
    }

    /** Returns the next dead letters, or none once the limit has passed. */
    public List<DeadLetterView> poll(Duration limit) {
        List<DeadLetterView> letters = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : reader.poll(limit)) {
            letters.add(DeadLetterView.of(record));
        }
        return letters;
    }

    @Override
    public void close() {
        reader.close();
    }
}
