package io.twinstream.deploy.acceptance.speed;

import com.sun.tools.attach.VirtualMachine;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.FreePort;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.Verifiers;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.settings.VerifierSettings;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.awaitility.Awaitility;

/**
 * Measures a verifier in a process of its own at full load, with a gallery of 100: what all its threads allocate for a probe
 * beside its picture as it came, and for how much of the time collections have them stand still. Kafka Streams that only
 * forwards the same records tells what is Kafka's part of that.
 */
public final class Allocation implements AcceptanceCheck {
    private static final double MOST_BYTES = 20_000;
    private static final double MOST_COLLECTING = 0.02;

    private static final int PROBES = 110_000;
    /** Probes before the measurement: HotSpot's C2 has compiled what is hot by then, and spares it allocations. */
    private static final int WARM = 50_000;

    private static final int MEASURED = 50_000;
    private static final int GALLERY = 100;
    private static final int THREADS = 2;
    /** Bytes of a value, which are about those of a verdict. */
    private static final int VALUE_BYTES = 200;

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String PREFIX = "allocation";
    private static final String FORWARD = "forwarding";
    private static final String WINDOWS = "-windows-";
    private static final String PRODUCER = "kafka-producer-network-thread";

    @Override
    public Result run(Path folder) throws Exception {
        List<Images.Drawing> drawings = Images.read(folder).all();
        try (Rig rig = new Rig();
                Verifiers verifiers = new Verifiers(rig, PREFIX)) {
            Topics topics = rig.createTopics(PREFIX);
            for (Images.Drawing each : drawings.subList(0, GALLERY)) {
                rig.enrol(topics, each.subject() + "." + each.drawer(), "1", each.png());
            }
            for (int i = 0; i < PROBES; i++) {
                rig.identify(
                        topics,
                        Integer.toString(i),
                        drawings.get(i % drawings.size()).png());
            }
            rig.flush();
            double forwarding = forwarding(rig, topics);
            int port = FreePort.find();
            Process process = verifiers.start(VerifierSettings.HTTP_PORT + "=" + port);
            Done warm = Done.await(port, WARM);
            VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
            try (JMXConnector connector =
                    JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()))) {
                MBeanServerConnection jvm = connector.getMBeanServerConnection();
                Heap before = Heap.of(jvm);
                warm = Done.by(port);
                Done end = Done.await(port, WARM + MEASURED);
                Heap heap = Heap.of(jvm).since(before);
                if (end.probes() >= PROBES) {
                    throw new IllegalStateException("all %d probes were judged before the end".formatted(PROBES));
                }
                Done done = end.since(warm);
                double encoded = drawings.stream()
                        .mapToInt(drawing -> drawing.png().length)
                        .average()
                        .orElseThrow();
                double beside = perProbe(heap, done, thread -> true) - encoded;
                double collecting = heap.collectionMillis() / (done.nanos() / 1e6);
                return new Result(
                        beside <= MOST_BYTES && collecting <= MOST_COLLECTING,
                        "%.0f bytes a probe beside its picture of %.0f: %.0f on the threads that judge, of which Kafka Streams that only forwards takes %.0f, %.0f on those of windows, %.0f on all others; %.4f of the time in collections, at %.0f probes/s"
                                .formatted(
                                        beside,
                                        encoded,
                                        perProbe(heap, done, Allocation::judges) - encoded,
                                        forwarding - encoded,
                                        perProbe(heap, done, Allocation::counts),
                                        perProbe(heap, done, thread -> !streams(thread)),
                                        collecting,
                                        done.rate()));
            } finally {
                machine.detach();
            }
        }
    }

    private static boolean judges(String thread) {
        return streams(thread) && !thread.contains(WINDOWS);
    }

    private static boolean counts(String thread) {
        return streams(thread) && thread.contains(WINDOWS);
    }

    private static boolean streams(String thread) {
        return thread.contains("StreamThread") && !thread.contains(PRODUCER);
    }

    private static double perProbe(Heap heap, Done done, Predicate<String> thread) {
        return (double) heap.bytes(thread) / done.probes();
    }

    /** Returns the bytes for a record on the threads that forward. */
    private static double forwarding(Rig rig, Topics topics) throws Exception {
        Settings settings = rig.settings(FORWARD);
        String to = rig.createTopics(FORWARD).verdicts();
        MBeanServerConnection here = ManagementFactory.getPlatformMBeanServer();
        try (Forwarding forwarding =
                new Forwarding(settings, FORWARD, THREADS, topics.probes(), to, new byte[VALUE_BYTES])) {
            await(forwarding, WARM);
            Heap before = Heap.of(here);
            long from = forwarding.forwarded();
            await(forwarding, PROBES);
            Heap heap = Heap.of(here).since(before);
            return (double) heap.bytes(name -> name.startsWith(FORWARD) && streams(name)) / (PROBES - from);
        }
    }

    private static void await(Forwarding forwarding, long count) {
        Awaitility.await("records are forwarded").atMost(LIMIT).until(() -> forwarding.forwarded() >= count);
    }
}
