package io.twinstream.deploy.acceptance.speed;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.FreePort;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.Verifiers;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/**
 * Measures verifier processes on stand-ins for accelerators, 5 ms for a batch and 0.05 ms for each of its images, with more
 * probes on the topic than they get through. The device of one is busy for at least 0.9 of the time with full batches; two,
 * each with a device of its own, judge at least 1.9 times as many.
 */
public final class StandInAccelerator implements AcceptanceCheck {
    private static final double LEAST_BUSY = 0.9;
    private static final double LEAST_FILLED = 0.9;
    private static final double LEAST_SPEED_UP = 1.9;
    private static final double BATCH_SECONDS = 5e-3;
    private static final double IMAGE_SECONDS = 50e-6;
    /** Largest batch: with 64, two devices are faster than two cores feed them. */
    private static final int BATCH_MAX = 16;

    private static final int THREADS = 4;
    private static final int PARTITIONS = 8;
    private static final int PROBES = 260_000;
    /** Probes before the measurement: each process compiles and fetches deep by then. */
    private static final long WARM = 50_000;

    private static final Duration MEASURED = Duration.ofSeconds(12);

    @Override
    public Result run(Path folder) throws Exception {
        List<Images.Drawing> drawings = Images.read(folder).all();
        try (Rig rig = new Rig()) {
            List<Done> one = measure(rig, drawings, 1);
            List<Done> two = measure(rig, drawings, 2);
            double alone = rate(one);
            double both = rate(two);
            double busy = busy(one.get(0));
            double batch = one.get(0).averageBatch();
            return new Result(
                    busy >= LEAST_BUSY && batch >= LEAST_FILLED * BATCH_MAX && both >= LEAST_SPEED_UP * alone,
                    "one device %.0f probes/s, busy %.2f of the time with batches of %.1f of %d; two devices %.0f probes/s, %.2f times as many, busy %.2f and %.2f"
                            .formatted(
                                    alone,
                                    busy,
                                    batch,
                                    BATCH_MAX,
                                    both,
                                    both / alone,
                                    busy(two.get(0)),
                                    busy(two.get(1))));
        }
    }

    private static double busy(Done done) {
        return (done.batches() * BATCH_SECONDS + done.images() * IMAGE_SECONDS) / (done.nanos() / 1e9);
    }

    private static double rate(List<Done> all) {
        return all.stream().mapToDouble(Done::rate).sum();
    }

    /** Returns what each instance did in the time measured. */
    private static List<Done> measure(Rig rig, List<Images.Drawing> drawings, int instances) throws Exception {
        String prefix = "devices-" + instances;
        Settings settings = rig.settings(prefix, CommonSettings.TOPIC_PARTITIONS, Integer.toString(PARTITIONS));
        Topics topics = Wired.topics(settings);
        try (Admin admin = Admin.create(settings.kafka())) {
            new TopicCreation(admin).create(topics.all());
        }
        for (int i = 0; i < PROBES; i++) {
            rig.identify(topics, "p" + i, drawings.get(i % drawings.size()).png());
        }
        rig.flush();
        try (Verifiers verifiers = new Verifiers(rig, prefix)) {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < instances; i++) {
                int port = FreePort.find();
                ports.add(port);
                verifiers.start(
                        CommonSettings.TOPIC_PARTITIONS + "=" + PARTITIONS,
                        VerifierSettings.HTTP_PORT + "=" + port,
                        VerifierSettings.THREADS + "=" + THREADS,
                        VerifierSettings.BATCH_MAX + "=" + BATCH_MAX,
                        VerifierSettings.PROVIDER + "=" + VerifierSettings.STAND_IN,
                        VerifierSettings.STAND_IN_BATCH + "=" + Math.round(BATCH_SECONDS * 1e6),
                        VerifierSettings.STAND_IN_IMAGE + "=" + Math.round(IMAGE_SECONDS * 1e6));
            }
            for (int port : ports) {
                Done.await(port, WARM);
            }
            List<Done> before = new ArrayList<>();
            for (int port : ports) {
                before.add(Done.by(port));
            }
            TimeUnit.NANOSECONDS.sleep(MEASURED.toNanos());
            List<Done> all = new ArrayList<>();
            long judged = 0;
            for (int i = 0; i < instances; i++) {
                Done now = Done.by(ports.get(i));
                judged += now.probes();
                all.add(now.since(before.get(i)));
            }
            if (judged >= PROBES) {
                throw new IllegalStateException("all %d probes were judged before the end".formatted(PROBES));
            }
            return all;
        }
    }
}
