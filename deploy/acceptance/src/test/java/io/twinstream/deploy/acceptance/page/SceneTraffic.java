package io.twinstream.deploy.acceptance.page;

import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Enrols people, and sends what five cameras see of them and of strangers until it is closed. One camera can be made to show
 * paper for ink and ink for paper.
 */
final class SceneTraffic implements AutoCloseable {
    static final List<String> SOURCES =
            List.of("gate-north", "gate-south", "kiosk-1", "reception", "loading-bay-4.camera-beside-the-left-door");

    private static final List<String> GIVEN = List.of(
            "amira", "bela", "chloe", "dmitri", "erin", "farid", "greta", "hugo", "ines", "maximiliane-josephine");
    private static final List<String> FAMILY = List.of("haddad", "kovacs", "de-la-fontaine-schmidt");
    private static final int ENROLLED = GIVEN.size() * FAMILY.size();
    private static final int STRANGERS = 10;
    private static final int HANDS = 12;
    private static final int MOST_REFERENCES = 6;
    private static final int CANDIDATES = 3;
    private static final long NANOS = 1_000_000_000L;

    private final Rig rig;
    private final Topics topics;
    private final DrawnCharacters drawings = new DrawnCharacters(1);
    private final RecordSerde<Probe> serde = RecordSerde.of(Probe.class);
    private final Random random = new Random(1);
    private Thread thread = new Thread();
    private volatile String inverted = "";
    private volatile boolean stopped;
    private volatile long sent;

    SceneTraffic(Rig rig, Topics topics) {
        this.rig = rig;
        this.topics = topics;
    }

    /** Enrols everybody with one to six pictures, and one with a picture that no model can use besides. */
    void enrol(byte[] unusable) {
        for (int person = 0; person < ENROLLED; person++) {
            for (int hand = 0; hand <= person % MOST_REFERENCES; hand++) {
                rig.enrol(topics, name(person), "hand-" + hand, drawings.png(person, hand));
            }
        }
        rig.enrol(topics, name(0), "blank", unusable);
        rig.flush();
    }

    void start(int perSecond) {
        thread = new Thread(() -> run(perSecond), "scene-traffic");
        thread.start();
    }

    /** Exchanges ink and paper in all that a source sends from now on. */
    void invert(String source) {
        inverted = source;
    }

    /** Returns how many probes were sent. */
    long sent() {
        return sent;
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
    }

    private void run(int perSecond) {
        long start = System.nanoTime();
        while (!stopped) {
            long due = (System.nanoTime() - start) * perSecond / NANOS;
            for (; sent < due; sent++) {
                send();
            }
            LockSupport.parkNanos(NANOS / 100);
        }
    }

    private void send() {
        String source = SOURCES.get((int) (sent % SOURCES.size()));
        int person = random.nextInt(random.nextBoolean() ? ENROLLED : ENROLLED + STRANGERS);
        byte[] picture = picture(person, source);
        String id = "probe-" + sent;
        rig.raw(
                topics,
                id,
                serde.encode(
                        new Probe(id, source, Instant.now(), ByteBuffer.wrap(picture), task(person, source), null)));
    }

    private Object task(int person, String source) {
        int other = random.nextBoolean() ? person % ENROLLED : random.nextInt(ENROLLED);
        return switch (SOURCES.indexOf(source)) {
            case 2 -> new Claim(name(other));
            case 3 -> new Pair(ByteBuffer.wrap(drawings.png(other, random.nextInt(HANDS))), null);
            default -> new Identify(CANDIDATES);
        };
    }

    private byte[] picture(int person, String source) {
        byte[] picture = drawings.png(person, MOST_REFERENCES + random.nextInt(HANDS));
        return source.equals(inverted) ? Images.inverted(picture) : picture;
    }

    private static String name(int person) {
        return GIVEN.get(person % GIVEN.size()) + "." + FAMILY.get(person / GIVEN.size());
    }
}
