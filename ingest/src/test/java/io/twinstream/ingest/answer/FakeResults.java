package io.twinstream.ingest.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.twinstream.ingest.publish.FakeKafka;
import io.twinstream.ingest.settings.AnswerSettings;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Precision;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.DeadLetterNote;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** This is a desk whose topics are the test's own, which gives it results one by one. */
public final class FakeResults implements ResultSource {
    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    public final ResultDesk desk;

    /** Counts how often reading began. */
    public final AtomicInteger begun = new AtomicInteger();

    final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private volatile String trouble = "";
    private volatile String silence = "";
    private volatile String gap = "";
    private volatile WaitingRoom room;

    private FakeResults(AnswerSettings settings) {
        room = new WaitingRoom(0, 0);
        desk = new ResultDesk(
                settings,
                opened -> {
                    begun.incrementAndGet();
                    room = opened;
                    return this;
                },
                () -> silence,
                registry);
    }

    /** Makes a desk that has read all that its topics had. */
    public static FakeResults ready() {
        return ready(100);
    }

    public static FakeResults ready(int mostWaiting) {
        FakeResults results = starting(mostWaiting);
        results.caughtUp.complete(null);
        return results;
    }

    /** Makes a desk that is yet to read what its topics have. */
    static FakeResults starting(int mostWaiting) {
        return new FakeResults(new AnswerSettings(mostWaiting, 1 << 20));
    }

    public void trouble(String why) {
        trouble = why;
    }

    /** Lets no broker answer, which reading doesn't notice. */
    public void silent(String line) {
        silence = line;
    }

    /** Lets a part of the topics be unread. */
    public void gap(String line) {
        gap = line;
    }

    public void judged(String id, Outcome outcome, long probeOffset) {
        room.arrived(verdict(id, outcome, probeOffset));
    }

    public void rejected(String id, String reason, long probeOffset) {
        room.arrived(deadLetter(id, reason, FakeKafka.TOPICS.probes(), probeOffset));
    }

    /** Lets a verdict come that has more bytes than are kept. */
    public void large(String id, long probeOffset) {
        Verdict verdict = Verdict.newBuilder(record(id, Outcome.MATCH, probeOffset))
                .setModelName("m".repeat(ReadResult.MOST_BYTES))
                .build();
        arrived(id, RecordSerde.of(Verdict.class).encode(verdict), probeOffset);
    }

    /** Lets a record come that is no verdict. */
    void garbage(String id) {
        arrived(id, "no verdict".getBytes(UTF_8), 7);
    }

    /** Lets a verdict come under a key that isn't its own. */
    void underKey(String key, String id, long probeOffset) {
        arrived(key, RecordSerde.of(Verdict.class).encode(record(id, Outcome.MATCH, probeOffset)), probeOffset);
    }

    private void arrived(String key, byte[] value, long offset) {
        ReadResult.verdict(new ConsumerRecord<>("verdicts", 0, offset, key, value))
                .ifPresent(room::arrived);
    }

    static ReadResult verdict(String id, Outcome outcome, long probeOffset) {
        return ReadResult.verdict(new ConsumerRecord<>(
                        "verdicts",
                        0,
                        probeOffset,
                        id,
                        RecordSerde.of(Verdict.class).encode(record(id, outcome, probeOffset))))
                .orElseThrow();
    }

    private static Verdict record(String id, Outcome outcome, long probeOffset) {
        return Verdict.newBuilder()
                .setProbeId(id)
                .setSourceId("gate")
                .setTask(TaskKind.IDENTIFY)
                .setOutcome(outcome)
                .setScore(0.99)
                .setThreshold(0.9)
                .setTargetFmr(0.01)
                .setCandidates(List.of())
                .setGallerySize(3)
                .setModelName("compact")
                .setModelVersion("1")
                .setModelSha256("00")
                .setPrecision(Precision.FP32)
                .setProbePartition(0)
                .setProbeOffset(probeOffset)
                .setAppendedAt(Instant.ofEpochMilli(1))
                .setDecidedAt(Instant.ofEpochMilli(2))
                .build();
    }

    static ReadResult deadLetter(String id, String reason, String topic, long probeOffset) {
        ConsumerRecord<String, byte[]> letter = new ConsumerRecord<>("dead-letters", 0, 7, id, "x".getBytes(UTF_8));
        new DeadLetterNote(reason, "the image is damaged", id, "gate", topic, 0, probeOffset).writeTo(letter.headers());
        return ReadResult.deadLetter(letter, FakeKafka.TOPICS.probes()).orElseThrow();
    }

    @Override
    public String trouble() {
        return trouble;
    }

    @Override
    public String lettersTrouble() {
        return "";
    }

    @Override
    public String gap() {
        return gap;
    }

    @Override
    public CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    @Override
    public void close() {}
}
