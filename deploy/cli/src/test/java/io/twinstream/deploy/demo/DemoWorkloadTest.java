package io.twinstream.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.publish.ProbeRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DemoWorkloadTest {
    private static final int ENROLLED = 3;
    private static final int SIZE = 6;

    @Test
    void theSameSeedGivesTheSameSequence() {
        DemoWorkload first = new DemoWorkload(new Letters(), ENROLLED, 1);
        DemoWorkload again = new DemoWorkload(new Letters(), ENROLLED, 1);

        for (int i = 0; i < 20; i++) {
            assertArrayEquals(first.next().image(), again.next().image());
        }
    }

    @Test
    void everyTaskComesAndHalfOfEachIsWhatItSeems() {
        List<DemoProbe> probes = probes(3_000);

        for (Class<?> task : List.of(
                ProbeRequest.Task.Identify.class, ProbeRequest.Task.Claim.class, ProbeRequest.Task.Pair.class)) {
            List<DemoProbe> ofTask = probes.stream()
                    .filter(probe -> task.isInstance(probe.task()))
                    .toList();
            double mated = (double) ofTask.stream().filter(DemoProbe::mated).count() / ofTask.size();
            assertTrue(ofTask.size() > 400, task + " came " + ofTask.size() + " times");
            assertTrue(mated > 0.4 && mated < 0.6, task + " was mated in " + mated);
        }
    }

    @Test
    void theTruthAboutAnActIsTrue() {
        for (DemoProbe probe : probes(1_000)) {
            String shown = new String(probe.image(), StandardCharsets.UTF_8).substring(0, 1);
            assertEquals(probe.subjectId(), shown);
            if (probe.task() instanceof ProbeRequest.Task.Identify) {
                assertEquals(probe.mated(), shown.charAt(0) < 'a' + ENROLLED);
            } else if (probe.task() instanceof ProbeRequest.Task.Claim claim) {
                assertEquals(probe.mated(), claim.subjectId().equals(shown));
            } else if (probe.task() instanceof ProbeRequest.Task.Pair pair) {
                assertEquals(probe.mated(), new String(pair.reference().bytes(), StandardCharsets.UTF_8).equals(shown));
            }
        }
    }

    @Test
    void aCastWithoutStrangersIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new DemoWorkload(new Letters(), SIZE, 1));
    }

    private static List<DemoProbe> probes(int count) {
        DemoWorkload workload = new DemoWorkload(new Letters(), ENROLLED, 1);
        return Stream.generate(workload::next).limit(count).toList();
    }

    /** Names person 0 {@code a} and so on; a reference is the letter, a probe the letter and a number. */
    private static final class Letters implements People {
        @Override
        public int size() {
            return SIZE;
        }

        @Override
        public String name(int person) {
            return String.valueOf((char) ('a' + person));
        }

        @Override
        public byte[] reference(int person) {
            return name(person).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] probe(int person, int number) {
            return (name(person) + number).getBytes(StandardCharsets.UTF_8);
        }
    }
}
