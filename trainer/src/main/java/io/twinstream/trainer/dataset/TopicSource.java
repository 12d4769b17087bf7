package io.twinstream.trainer.dataset;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.kafka.TopicUnreadException;
import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.Position;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A topic source reads the topic of labelled images, from its beginning to where it ended when reading began. A class
 * is a subject, a drawer a source, and an image is named after its content. So the same picture twice is one image, and
 * the same images give the same set in whatever order they came.
 *
 *
 * <p>The latest record of a key holds, so the latest label of a probe does; an erased image is gone. Where a partition
 * has taken over keys from another, the youngest record holds, as in a gallery.
 */
record TopicSource(KafkaClients clients, String topic) implements DataSource {
    private static final RecordSerde<LabelledImage> SERDE = RecordSerde.of(LabelledImage.class);
    private static final int NAME_DIGITS = 32;

    @Override
    public void forEach(DataSource.Sink sink) throws IOException {
        try (TopicReader<String> reader = TopicReader.of(clients, "twinstream-trainer-images", topic)) {
            Map<String, Position> latest = new HashMap<>();
            TopicReader<String>.Reading reading = reader.begin(reader.all());
            while (!reading.done()) {
                for (ConsumerRecord<String, byte[]> record : reading.poll()) {
                    if (isLatest(record, latest)) {
                        hand(record, sink);
                    }
                }
            }
        } catch (TopicUnreadException e) {
            throw new DatasetException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public String layout() {
        return "fill it with 'twinstream submit --label', two images a subject or more";
    }

    @Override
    public String toString() {
        return "the topic " + topic;
    }

    private static boolean isLatest(ConsumerRecord<String, byte[]> record, Map<String, Position> latest) {
        Position position = Position.of(record);
        return latest.merge(
                        String.valueOf(record.key()),
                        position,
                        (before, now) -> before.holdsAgainst(now) ? before : now)
                .equals(position);
    }

    private static void hand(ConsumerRecord<String, byte[]> record, DataSource.Sink sink) {
        if (record.value() == null) {
            sink.withdraw(record.key());
            return;
        }
        try {
            LabelledImage label = SERDE.decode(record.value());
            byte[] encoded = RecordSerde.content(label.getImage());
            String name = Ids.require("subject id", label.getSubjectId()) + "/"
                    + Sha256.of(encoded).substring(0, NAME_DIGITS);
            sink.accept(new SourceImage(record.key(), name, label.getSourceId(), encoded));
        } catch (SerializationException | IllegalArgumentException e) {
            String position = "%s-%d at %d".formatted(record.topic(), record.partition(), record.offset());
            sink.unreadable(position, String.valueOf(e.getMessage()));
        }
    }
}
