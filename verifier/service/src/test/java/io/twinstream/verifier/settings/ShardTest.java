package io.twinstream.verifier.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.TopicDeclaration;
import io.twinstream.schemas.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class ShardTest {
    @Test
    void aSubjectFallsToTheShardThatItFellToInEveryRelease() {
        assertEquals(List.of(1, 0, 0), shardsOf(2, "alice", "bob", "Zoë"));
        assertEquals(List.of(1, 5, 1), shardsOf(7, "alice", "bob", "Zoë"));
    }

    @Test
    void shardsShareTheSubjectsAboutEvenly() {
        List<Shard> shards =
                IntStream.range(0, 4).mapToObj(i -> new Shard(i, 4)).toList();

        for (Shard shard : shards) {
            long held = IntStream.range(0, 10_000)
                    .filter(i -> shard.holds("subject-" + i))
                    .count();
            assertTrue(held > 2_300 && held < 2_700, shard + " holds " + held);
        }
    }

    @Test
    void oneOfTheShardsReportsAProbe() {
        for (int partition = 0; partition < 3; partition++) {
            for (long offset = 0; offset < 5; offset++) {
                int at = partition;
                long which = offset;
                assertEquals(
                        1,
                        IntStream.range(0, 3)
                                .filter(i -> new Shard(i, 3).reports(at, which))
                                .count());
            }
        }
    }

    @Test
    void aShardBeyondThemAllIsRefused() {
        ConfigException e = assertThrows(ConfigException.class, () -> Shard.of(settings("2", "2")));

        assertEquals(
                "verifier.gallery.shard is 2: it must be less than verifier.gallery.shards, which is 2",
                e.getMessage());
    }

    @Test
    void eachShardIsAnApplicationAndTheWholeGalleryHasNoTopicOfItsOwn() {
        Topics topics = new Topics("twinstream", 4);

        assertEquals("twinstream-verifier", Shard.WHOLE.application("twinstream-verifier"));
        assertEquals("twinstream-verifier-shard-1-of-2", new Shard(1, 2).application("twinstream-verifier"));
        assertEquals(topics.all(), Shard.WHOLE.topics(topics));
        assertTrue(new Shard(1, 2)
                .topics(topics).stream().map(TopicDeclaration::name).anyMatch("twinstream.partial-verdicts"::equals));
    }

    private static List<Integer> shardsOf(int shards, String... subjects) {
        return List.of(subjects).stream()
                .map(subject -> IntStream.range(0, shards)
                        .filter(i -> new Shard(i, shards).holds(subject))
                        .sum())
                .toList();
    }

    private static Settings settings(String shards, String shard) {
        return Settings.parse(
                VerifierSettings.define(CommonSettings.define(new ConfigDef())),
                Map.of(VerifierSettings.GALLERY_SHARDS, shards, VerifierSettings.GALLERY_SHARD, shard));
    }
}
