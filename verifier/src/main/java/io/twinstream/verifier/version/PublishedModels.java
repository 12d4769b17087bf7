package io.twinstream.verifier.version;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model versions on the releases topic. Each answer holds all that was committed when it was asked for; it costs one
 * reading of that topic. For many threads.
 */
public final class PublishedModels {
    private static final Logger log = LoggerFactory.getLogger(PublishedModels.class);

    private final Settings settings;
    private final RecordSerde<ModelRelease> serde = RecordSerde.of(ModelRelease.class);

    public PublishedModels(Settings settings) {
        this.settings = settings;
    }

    /**
     * One version.
     *
     * @throws KafkaException if the topic can't be read to its end
     */
    public Optional<ModelRelease> find(ModelId id) {
        return last(release ->
                release.getName().equals(id.name()) && release.getVersion().equals(id.version()));
    }

    /**
     * The version of a name that was published last.
     *
     * @throws KafkaException if the topic can't be read to its end
     */
    public Optional<ModelRelease> latest(String name) {
        return last(release -> release.getName().equals(name));
    }

    /**
     * Every version, in the order of publication.
     *
     * @throws KafkaException if the topic can't be read to its end
     */
    public List<ModelRelease> all() {
        Map<String, ModelRelease> all = new LinkedHashMap<>();
        CommittedRecords.readAll(settings, CommonSettings.topics(settings).modelReleases(), each -> {
            all.remove(each.key());
            read(each).ifPresent(release -> all.put(each.key(), release));
        });
        return List.copyOf(all.values());
    }

    /**
     * Fetches a release's package into a file, which is there only if it is whole and has the release's hash.
     *
     * @throws IOException if a chunk is missing or the package is not the one that was released
     * @throws KafkaException if the chunks can't be read
     */
    public void fetch(ModelRelease release, Path file) throws IOException {
        new PackageFetch(settings, release).into(file);
    }

    private Optional<ModelRelease> last(Predicate<ModelRelease> wanted) {
        AtomicReference<@Nullable ModelRelease> last = new AtomicReference<>();
        CommittedRecords.readAll(
                settings,
                CommonSettings.topics(settings).modelReleases(),
                each -> read(each).filter(wanted).ifPresent(last::set));
        return Optional.ofNullable(last.get());
    }

    private Optional<ModelRelease> read(ConsumerRecord<String, byte[]> release) {
        if (release.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(serde.decode(release.value()));
        } catch (SerializationException e) {
            log.warn("the release {} at offset {} is passed over: {}", release.key(), release.offset(), e.getMessage());
            return Optional.empty();
        }
    }
}
