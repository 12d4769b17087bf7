package io.twinstream.verifier.version;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.PassedOver;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model versions on the releases topic, but for those that were removed by a tombstone. Each answer holds all that was committed when it was asked for; it costs one
 * reading of that topic. For many threads.
 */
public final class PublishedModels {
    private static final Logger log = LoggerFactory.getLogger(PublishedModels.class);

    private final Settings settings;
    private final TrustedKeys trusted;
    private final RecordSerde<ModelRelease> serde = RecordSerde.of(ModelRelease.class);

    /** @throws org.apache.kafka.common.config.ConfigException with one line, if a trusted key can't be read */
    public PublishedModels(Settings settings) {
        this.settings = settings;
        this.trusted = TrustedKeys.of(settings);
    }

    /**
     * One version.
     *
     * @throws KafkaException if the topic can't be read to its end
     */
    public Optional<ModelRelease> find(ModelId id) {
        return matching(release -> release.getName().equals(id.name())
                        && release.getVersion().equals(id.version()))
                .stream()
                .findFirst();
    }

    /**
     * The version of a name that was published last, of those that the trusted keys let pass.
     *
     * @throws KafkaException if the topic can't be read to its end
     */
    public Optional<ModelRelease> latest(String name) {
        return matching(release -> release.getName().equals(name)).stream()
                .filter(trusted::accept)
                .reduce((earlier, later) -> later);
    }

    /**
     * All that are there, those published first in front.
     *
     * @throws KafkaException if the topic can't be read to its end
     */
    public List<ModelRelease> all() {
        return matching(release -> true);
    }

    private List<ModelRelease> matching(Predicate<ModelRelease> wanted) {
        Map<String, ModelRelease> byKey = new LinkedHashMap<>();
        try (TopicReader<String> reader = TopicReader.of(
                KafkaClients.of(settings),
                "twinstream-models",
                CommonSettings.topics(settings).modelReleases())) {
            reader.read(reader.all(), each -> keep(each, wanted, byKey));
        }
        return List.copyOf(byKey.values());
    }

    private void keep(
            ConsumerRecord<String, byte[]> each, Predicate<ModelRelease> wanted, Map<String, ModelRelease> byKey) {
        String key = String.valueOf(each.key());
        if (each.value() == null) {
            byKey.remove(key);
            return;
        }
        try {
            ModelRelease release = serde.decode(each.value());
            if (!new ModelId(release.getName(), release.getVersion()).toString().equals(key)) {
                throw new SerializationException(
                        "it is that of %s/%s".formatted(release.getName(), release.getVersion()));
            }
            if (wanted.test(release)) {
                byKey.remove(key);
                byKey.put(key, release);
            }
        } catch (SerializationException | IllegalArgumentException e) {
            PassedOver.RECORDS.tell(log, each, "a release", e.getMessage());
        }
    }
}
