package io.twinstream.verifier.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.TopicDeclaration;
import io.twinstream.schemas.topic.Topics;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Utils;

/**
 * A shard is the part of the gallery that a verifier holds. Subjects fall to shards by a hash of their ids, the one by
 * which Kafka puts keys into partitions, so the answer is the same everywhere.
 *
 * @param index the part's number, from 0
 * @param of the number of parts
 */
public record Shard(int index, int of) {
    public static final Shard WHOLE = new Shard(0, 1);

    /**
     * Returns the shard that is set.
     *
     * @throws ConfigException if there is no such shard
     */
    public static Shard of(Settings settings) {
        int index = settings.getInt(VerifierSettings.GALLERY_SHARD);
        int of = settings.getInt(VerifierSettings.GALLERY_SHARDS);
        if (index >= of) {
            throw new ConfigException("%s is %d: it must be less than %s, which is %d"
                    .formatted(VerifierSettings.GALLERY_SHARD, index, VerifierSettings.GALLERY_SHARDS, of));
        }
        return new Shard(index, of);
    }

    /**
     * Checks that the gallery is whole, for commands that run one verifier alone.
     *
     * @throws ConfigException if there are several shards
     */
    public void requireWhole() {
        if (!isWhole()) {
            throw new ConfigException("%s is %d: it must be 1 here, where there is one verifier alone"
                    .formatted(VerifierSettings.GALLERY_SHARDS, of));
        }
    }

    /** Returns the topics that an installation with so many shards needs. */
    public List<TopicDeclaration> topics(Topics topics) {
        return isWhole()
                ? topics.all()
                : Stream.concat(topics.all().stream(), Stream.of(topics.ofShards()))
                        .toList();
    }

    /**
     * Returns the id of the application whose instances share the probes. They are those of the same shard, since every
     * shard judges every probe.
     */
    public String application(String group) {
        return isWhole() ? group : "%s-shard-%d-of-%d".formatted(group, index, of);
    }

    /** Returns the ids of the applications of all shards. */
    public List<String> applications(String group) {
        return IntStream.range(0, of)
                .mapToObj(each -> new Shard(each, of).application(group))
                .toList();
    }

    public boolean isWhole() {
        return of == 1;
    }

    /** Returns this shard as people read it, {@code 0 of 3}. */
    @Override
    public String toString() {
        return "%d of %d".formatted(index, of);
    }

    /** Returns whether a subject's references belong to this shard. */
    public boolean holds(String subjectId) {
        return isWhole() || Utils.toPositive(Utils.murmur2(subjectId.getBytes(UTF_8))) % of == index;
    }

    /** Returns whether this shard reports, for all shards, a probe that none of them can judge. */
    public boolean reports(int partition, long offset) {
        return (partition + offset) % of == index;
    }
}
