package io.twinstream.verifier.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.TopicDeclaration;
import io.twinstream.schemas.topic.Topics;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Utils;

/**
 * The part of the gallery that a verifier holds: subjects fall to shards by a hash of their ids, the one that Kafka puts keys into
 * partitions by, so wherever it is asked the answer is the same.
 *
 * @param index which part, from 0
 * @param of how many parts there are
 */
public record Shard(int index, int of) {
    public static final Shard WHOLE = new Shard(0, 1);

    /**
     * The one that is set.
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
     * Refuses shards where there is one verifier alone.
     *
     * @throws ConfigException if there are any
     */
    public void requireWhole() {
        if (!isWhole()) {
            throw new ConfigException("%s is %d: it must be 1 here, where there is one verifier alone"
                    .formatted(VerifierSettings.GALLERY_SHARDS, of));
        }
    }

    /** The topics that an installation with so many shards needs. */
    public List<TopicDeclaration> topics(Topics topics) {
        return isWhole()
                ? topics.all()
                : Stream.concat(topics.all().stream(), Stream.of(topics.ofShards()))
                        .toList();
    }

    /**
     * Those of them that a verifier reads or writes.
     *
     * @param windows whether it counts verdicts in windows
     */
    public List<TopicDeclaration> judging(Topics topics, boolean windows) {
        Set<String> others = new HashSet<>(Set.of(topics.labelledImages(), topics.trainingRequests()));
        if (!windows) {
            others.add(topics.matchWindows());
        }
        return topics(topics).stream()
                .filter(each -> !others.contains(each.name()))
                .toList();
    }

    /** Id of the application whose instances share the probes: those of the same shard, since every shard judges every probe. */
    public String application(String group) {
        return isWhole() ? group : "%s-shard-%d-of-%d".formatted(group, index, of);
    }

    public boolean isWhole() {
        return of == 1;
    }

    /** Whether a subject's references belong here. */
    public boolean holds(String subjectId) {
        return isWhole() || Utils.toPositive(Utils.murmur2(subjectId.getBytes(UTF_8))) % of == index;
    }

    /** Whether this shard speaks for all of a probe that none can judge. */
    public boolean reports(int partition, long offset) {
        return (partition + offset) % of == index;
    }
}
