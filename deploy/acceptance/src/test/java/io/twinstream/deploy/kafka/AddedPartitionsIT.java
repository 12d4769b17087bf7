package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.schemas.record.Verdict;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each wait here is of 30 s at most: what lies on a partition that was added is to be taken up within that. */
class AddedPartitionsIT {
    private final DrawnCharacters drawn = new DrawnCharacters(7);

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private Services services;

    @BeforeEach
    void start(TestInfo test) throws Exception {
        String prefix = test.getTestMethod().orElseThrow().getName();
        services = Services.start(broker.bootstrapServers(), broker.claim(prefix), Map.of("topic.partitions", "2"));
    }

    @AfterEach
    void stop() throws IOException {
        services.close();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void probesOnPartitionsThatAreAddedAreJudged() throws Exception {
        services.enrol("alice", drawn.png(0, 0));
        services.identify(drawn.png(0, 0));

        services.addPartitions(services.topics().probes(), 5);

        for (int partition = 2; partition < 5; partition++) {
            Verdict verdict = services.identifyOn(partition, drawn.png(0, 0));
            assertEquals(partition, verdict.getProbePartition());
            assertEquals("alice", verdict.getCandidates().get(0).getSubjectId());
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void referencesOnPartitionsThatAreAddedAreEnrolledReplacedAndErased() throws Exception {
        services.enrol("bob", "1", drawn.png(1, 0));
        services.enrol("cid", "1", drawn.png(2, 0));
        services.awaitGallery(2);
        services.addPartitions(services.topics().references(), 3);

        services.enrolOn(2, "dan", "1", drawn.png(3, 0), 3);
        services.enrolOn(1, "bob", "1", drawn.png(4, 0), 3);
        services.enrolOn(1, "cid", "1", null, 2);

        assertTrue(finds("bob", drawn.png(4, 0)));
        services.restartVerifier();
        services.awaitGallery(2);
        assertTrue(finds("bob", drawn.png(4, 0)));
        assertTrue(finds("dan", drawn.png(3, 0)));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void whatIsErasedGoesFromThePartitionOnWhichItLies() throws Exception {
        services.enrol("bob", "1", drawn.png(1, 0));
        services.enrol("cid", "1", drawn.png(2, 0));
        services.awaitGallery(2);
        services.addPartitions(services.topics().references(), 3);
        services.enrolOn(1, "bob", "1", drawn.png(1, 1), 2);
        services.enrolOn(2, "bob", "2", drawn.png(1, 2), 3);

        services.erase("bob");
        services.erase("cid", "1");

        services.awaitGallery(0);
        services.latest(services.topics().references())
                .forEach((key, value) -> assertTrue(value.isEmpty(), key + " is still there"));
        services.restartVerifier();
        services.awaitGallery(0);
    }

    private boolean finds(String subject, byte[] image) throws Exception {
        Verdict verdict = services.identify(image);
        return verdict.getCandidates().get(0).getSubjectId().equals(subject)
                && verdict.getCandidates().get(0).getScore() > 0.999;
    }
}
