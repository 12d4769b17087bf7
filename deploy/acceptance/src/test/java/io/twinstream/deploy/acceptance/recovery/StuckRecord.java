package io.twinstream.deploy.acceptance.recovery;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.settings.VerifierSettings;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;

/**
 * Sends one probe that holds whatever thread reads it, and others before and behind, to two verifier processes. Each process
 * that the probe holds says so, ends and is started again, as a supervisor would; the third sets the probe aside, and every
 * other has one verdict.
 */
public final class StuckRecord implements AcceptanceCheck {
    private static final String PREFIX = "stuck-record";
    private static final int BEFORE = 200;
    private static final int BEHIND = 400;
    private static final long STALL_MS = 2_000;
    private static final long HOPELESS_MS = 4 * STALL_MS;

    /** Milliseconds from then on until the process is gone: a note, and the bound of an orderly end. */
    private static final long END_MS = 8_000;

    private static final int SIDE = 250;
    private static final int HELD_BYTES = 40_000;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration LINGER = Duration.ofSeconds(5);

    @Override
    public Result run(Path folder) throws Exception {
        Images images = Images.read(folder);
        AtomicInteger held = new AtomicInteger();
        AtomicLong slowestEndMs = new AtomicLong();
        int notReady = 0;
        int notLive = 0;
        int failed = 0;
        Deque<DebuggedService> running = new ArrayDeque<>();
        try (Rig rig = new Rig()) {
            Topics topics = rig.createTopics(PREFIX);
            Mix mix = new Mix(images, 3);
            mix.enrol(rig, topics);
            running.add(started(rig, held, slowestEndMs));
            running.add(started(rig, held, slowestEndMs));
            try (TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                send(rig, topics, mix, 0, BEFORE);
                answers.await(BEFORE, LIMIT);
                long sentNanos = System.nanoTime();
                send(rig, topics, mix, BEFORE, BEHIND / 2);
                rig.pair(topics, "held", noise(), noise());
                send(rig, topics, mix, BEFORE + BEHIND / 2, BEHIND / 2);
                while (answers.count() < BEFORE + BEHIND + 1 && seconds(sentNanos) < LIMIT.toSeconds()) {
                    answers.poll();
                    for (DebuggedService each : List.copyOf(running)) {
                        if (!each.process().isAlive()) {
                            failed += each.process().exitValue() == 1
                                            && each.log()
                                                    .contains(
                                                            "twinstream: a stream thread has stood still on the probe ")
                                    ? 1
                                    : 0;
                            running.remove(each);
                            each.close();
                            running.add(started(rig, held, slowestEndMs));
                        } else {
                            notReady += fails(each, "/health/ready") ? 1 : 0;
                            notLive += fails(each, "/health/live") ? 1 : 0;
                        }
                    }
                }
                long took = seconds(sentNanos);
                answers.linger(LINGER);
                boolean kept = answers.verdicts().size() == BEFORE + BEHIND
                        && answers.duplicates() == 0
                        && answers.deadLetters().equals(List.of("held: STUCK"))
                        && held.get() == 2
                        && failed == 2
                        && notReady > 0
                        && slowestEndMs.get() <= HOPELESS_MS + END_MS;
                return new Result(
                        kept,
                        "%d probes and one that holds a thread: %d verdicts, %d too many, dead letters %s after %d s; %d threads held, %d processes ended for it with their line, the slowest %d ms after its thread was held; seen not ready %d times, not live %d times"
                                .formatted(
                                        BEFORE + BEHIND,
                                        answers.verdicts().size(),
                                        answers.duplicates(),
                                        answers.deadLetters(),
                                        took,
                                        held.get(),
                                        failed,
                                        slowestEndMs.get(),
                                        notReady,
                                        notLive));
            }
        } finally {
            for (DebuggedService each : running) {
                each.close();
            }
        }
    }

    private static DebuggedService started(Rig rig, AtomicInteger held, AtomicLong slowestEndMs) throws Exception {
        DebuggedService service = new DebuggedService(
                rig,
                "verifier",
                CommonSettings.TOPIC_PREFIX + "=" + PREFIX,
                VerifierSettings.GROUP + "=" + PREFIX,
                VerifierSettings.HTTP_PORT + "=0",
                VerifierSettings.THREADS + "=2",
                VerifierSettings.STALL + "=" + STALL_MS);
        service.hold("io.twinstream.verifier.lookahead.ProbeReader", "read", HELD_BYTES, () -> {
            long heldNanos = System.nanoTime();
            var unused = service.process()
                    .onExit()
                    .thenRun(() -> slowestEndMs.accumulateAndGet(millis(heldNanos), Math::max));
            held.incrementAndGet();
        });
        return service;
    }

    /** Returns whether a check says that a thread stands still. */
    private static boolean fails(DebuggedService service, String path) throws InterruptedException {
        try {
            HttpResponse<String> answer = service.get(path);
            return answer.statusCode() == 503 && answer.body().contains("\"threadsMove\":false");
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private static void send(Rig rig, Topics topics, Mix mix, int from, int count) {
        for (int i = from; i < from + count; i++) {
            mix.send(rig, topics, "probe-" + i);
        }
        rig.flush();
    }

    /** Returns a picture that no other is as large as. */
    private static byte[] noise() throws Exception {
        Random random = new Random(1);
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                image.getRaster().setSample(x, y, 0, random.nextInt(256));
            }
        }
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ImageIO.write(image, "png", written);
        return written.toByteArray();
    }

    private static long seconds(long sinceNanos) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - sinceNanos);
    }

    private static long millis(long sinceNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
    }
}
