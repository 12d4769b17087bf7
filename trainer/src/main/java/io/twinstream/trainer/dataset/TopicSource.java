package io.twinstream.trainer.dataset;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.registry.RecordValues;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.TopicEnds;
import io.twinstream.verifier.gallery.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The topic of labelled images, from its beginning to where it ended when reading began. A class is a subject, a drawer a
 * source, and an image is named after its content: the same picture twice is one image, and the same images give the same
 * set in whatever order they came. The latest of a key holds, so of the labels of one probe; an erased image is none. Of keys that partitions
 * have taken over from others the youngest record holds, as in a gallery.
 */
record TopicSource(Settings settings) implements DataSource {
    private static final RecordSerde<LabelledImage> SERDE = RecordSerde.of(LabelledImage.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int NAME_DIGITS = 32;

    @Override
    public void forEach(ImageSink sink) throws IOException {
        String topic = topic();
        try (Consumer<String, byte[]> consumer = consumer();
                TopicEnds topicEnds = TopicEnds.of(settings.kafka())) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = topicEnds.of(partitions);
            Map<String, Position> latest = new HashMap<>();
            long progressNanos = System.nanoTime();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (isLatest(record, latest)) {
                        hand(record, sink);
                    }
                    progressNanos = System.nanoTime();
                }
                if (System.nanoTime() - progressNanos > PATIENCE.toNanos()) {
                    throw new DatasetException(
                            String.valueOf(OpenTransactions.cause(KafkaClients.of(settings), partitions, PATIENCE)
                                    .getMessage()));
                }
            }
        }
    }

    @Override
    public String layout() {
        return "fill it with 'twinstream submit --label', two images a subject or more";
    }

    @Override
    public String toString() {
        return "the topic " + topic();
    }

    private String topic() {
        return CommonSettings.topics(settings).labelledImages();
    }

    private Consumer<String, byte[]> consumer() {
        Map<String, Object> properties = settings.kafka();
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "twinstream-trainer-images");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return new KafkaConsumer<>(
                properties, new StringDeserializer(), RecordValues.of(settings).deserializer());
    }

    private static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) throws DatasetException {
        var infos = consumer.partitionsFor(topic);
        if (infos == null || infos.isEmpty()) {
            throw new DatasetException("the topic %s doesn't exist: run 'twinstream topics create'".formatted(topic));
        }
        return infos.stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private static boolean isLatest(ConsumerRecord<String, byte[]> record, Map<String, Position> latest) {
        Position position = Position.of(record);
        return latest.merge(
                        String.valueOf(record.key()),
                        position,
                        (before, now) -> before.holdsAgainst(now) ? before : now)
                .equals(position);
    }

    private static void hand(ConsumerRecord<String, byte[]> record, ImageSink sink) {
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
