package io.twinstream.deploy.acl;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.ServiceTopics;
import io.twinstream.schemas.topic.TopicDeclaration;
import io.twinstream.schemas.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class AccessTableTest {
    private static final Map<String, String> PLAIN = Map.of();

    @Test
    void ingestMayUseWhatItUses() {
        agree(ClusterUser.INGEST, PLAIN, ServiceTopics.ofIngest(topics(PLAIN)));
    }

    @Test
    void aVerifierMayUseWhatItUses() {
        Map<String, String> shards = Map.of("verifier.gallery.shards", "2");
        Map<String, String> noWindows = Map.of("verifier.windows", "false");

        agree(ClusterUser.VERIFIER, PLAIN, ServiceTopics.ofVerifier(topics(PLAIN), false, true));
        agree(ClusterUser.VERIFIER, shards, ServiceTopics.ofVerifier(topics(shards), true, true));
        agree(ClusterUser.VERIFIER, noWindows, ServiceTopics.ofVerifier(topics(noWindows), false, false));
    }

    @Test
    void aTrainerMayUseWhatItUses() {
        agree(ClusterUser.TRAINER, PLAIN, ServiceTopics.ofTrainer(topics(PLAIN)));
    }

    /** Checks that the grants on topics by name, apart from those that can be spared as a whole, are on these topics. */
    private static void agree(ClusterUser user, Map<String, String> settings, ServiceTopics used) {
        List<Grant> grants = AccessTable.of(user, AccessSettings.of(parsed(settings))).stream()
                .filter(grant -> grant.resource().resourceType() == ResourceType.TOPIC
                        && grant.resource().patternType() == PatternType.LITERAL
                        && !grant.operations().isEmpty())
                .toList();

        assertEquals(used.declared().stream().map(TopicDeclaration::name).collect(toSet()), names(grants.stream()));
        assertEquals(
                Set.copyOf(used.read()),
                names(grants.stream().filter(grant -> grant.all().contains(AclOperation.READ))));
    }

    private static Set<String> names(Stream<Grant> grants) {
        return grants.map(grant -> grant.resource().name()).collect(toSet());
    }

    private static Topics topics(Map<String, String> settings) {
        return AccessSettings.of(parsed(settings)).common().topics();
    }

    private static Settings parsed(Map<String, String> settings) {
        return Settings.parse(AllSettings.define(), settings);
    }
}
