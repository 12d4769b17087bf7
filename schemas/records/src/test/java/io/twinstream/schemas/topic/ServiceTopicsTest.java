package io.twinstream.schemas.topic;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServiceTopicsTest {
    private final Topics topics = new Topics("twinstream", 4);

    @Test
    void everyTopicIsOfSomeService() {
        Set<String> declared = Stream.concat(topics.all().stream(), Stream.of(topics.ofShards()))
                .map(TopicDeclaration::name)
                .collect(toSet());

        Set<String> ofServices = Stream.of(
                        ServiceTopics.ofIngest(topics),
                        ServiceTopics.ofVerifier(topics, true, true),
                        ServiceTopics.ofTrainer(topics))
                .map(ServiceTopicsTest::names)
                .flatMap(Collection::stream)
                .collect(toSet());

        assertEquals(declared, ofServices);
    }

    @Test
    void whatAServiceReadsIsDeclared() {
        for (ServiceTopics each : List.of(
                ServiceTopics.ofIngest(topics),
                ServiceTopics.ofVerifier(topics, true, false),
                ServiceTopics.ofTrainer(topics))) {
            assertTrue(names(each).containsAll(each.read()), each.toString());
            assertEquals(Set.copyOf(each.read()).size(), each.read().size());
        }
    }

    @Test
    void aVerifierNeedsNeitherTrainingMaterialNorRequests() {
        List<String> used = names(ServiceTopics.ofVerifier(topics, true, true));

        assertFalse(used.contains(topics.labelledImages()));
        assertFalse(used.contains(topics.trainingRequests()));
    }

    @Test
    void aVerifierNeedsTheTopicsOfShardsAndWindowsOnlyWhereItHasThem() {
        ServiceTopics whole = ServiceTopics.ofVerifier(topics, false, false);
        ServiceTopics sharded = ServiceTopics.ofVerifier(topics, true, false);
        ServiceTopics counting = ServiceTopics.ofVerifier(topics, false, true);

        assertFalse(names(whole).contains(topics.partialVerdicts()));
        assertFalse(names(whole).contains(topics.matchWindows()));
        assertTrue(sharded.read().contains(topics.partialVerdicts()));
        assertTrue(names(counting).contains(topics.matchWindows()));
        assertFalse(counting.read().contains(topics.matchWindows()));
    }

    private static List<String> names(ServiceTopics service) {
        return service.declared().stream().map(TopicDeclaration::name).toList();
    }
}
