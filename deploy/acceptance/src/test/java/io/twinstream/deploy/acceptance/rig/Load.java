package io.twinstream.deploy.acceptance.rig;

import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Sends a {@link Mix} at the rate that is asked for, and reads what comes of it meanwhile. */
public final class Load {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Rig rig;
    private final Topics topics;
    private Mix mix;
    private final TopicAnswers answers;
    private final Map<String, Mix.Sent> sent = new HashMap<>();

    public Load(Rig rig, Topics topics, Mix mix, TopicAnswers answers) {
        this.rig = rig;
        this.topics = topics;
        this.mix = mix;
        this.answers = answers;
    }

    /** Returns all that was sent, by probe id. */
    public Map<String, Mix.Sent> sent() {
        return sent;
    }

    /** Sends another mix from now on. */
    public void change(Mix next) {
        mix = next;
    }

    /** Sends so many at once, waits for all answers, and returns answers a second. */
    public double burst(int count) {
        long start = System.nanoTime();
        send(count);
        answers.await(sent.size(), LIMIT);
        return count / ((System.nanoTime() - start) / 1e9);
    }

    /** Sends at a steady rate for so long. */
    public void steady(double perSecond, Duration time) {
        long start = System.nanoTime();
        steady(perSecond, () -> System.nanoTime() - start >= time.toNanos());
    }

    /** Sends at a steady rate until the end has come. */
    public void steady(double perSecond, BooleanSupplier end) {
        long start = System.nanoTime();
        long sentSoFar = 0;
        for (long now = start; !end.getAsBoolean(); now = System.nanoTime()) {
            long due = (long) ((now - start) / 1e9 * perSecond);
            send((int) (due - sentSoFar));
            sentSoFar = due;
            answers.pollNow();
            LockSupport.parkNanos(TICK_NANOS - (System.nanoTime() - now));
        }
    }

    /**
     * Keeps so many probes unanswered until it's said to be enough, so that whoever answers is never idle. It returns answers a
     * second, counted to the last that was read.
     */
    public double saturate(int unanswered, BooleanSupplier enough) {
        long start = System.nanoTime();
        int before = answers.count();
        do {
            send(Math.max(0, unanswered - (sent.size() - answers.count())));
            answers.poll();
        } while (!enough.getAsBoolean());
        return (answers.count() - before) / ((System.nanoTime() - start) / 1e9);
    }

    /** Sends so many at once. */
    public void send(int count) {
        for (int i = 0; i < count; i++) {
            String id = "probe-" + sent.size();
            sent.put(id, mix.send(rig, topics, id));
        }
        rig.flush();
    }
}
