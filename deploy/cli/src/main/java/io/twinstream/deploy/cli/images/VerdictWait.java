package io.twinstream.deploy.cli.images;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.twinstream.ingest.answer.ProbeAnswer;
import io.twinstream.ingest.answer.RecentResults;
import io.twinstream.ingest.answer.ResultDesk;
import io.twinstream.ingest.settings.AnswerSettings;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.result.DeadLetterView;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for what becomes of probes: a verdict, or a dead letter. It sees what the brokers got after it was opened. Without the
 * right to read dead letters it says so, and waits for verdicts alone. It is for one thread.
 */
final class VerdictWait implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VerdictWait.class);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

    /** Longer than anybody waits: {@link #await} has the limit. */
    private static final Duration LONG = Duration.ofDays(365);

    private final CommonSettings settings;
    private final KafkaClients clients;
    private final ResultDesk desk;

    /** What came, with the ids of the probes. It is filled by the thread that reads. */
    private final BlockingQueue<Came> come = new LinkedBlockingQueue<>();

    /** The images' names by the ids of their probes, of which neither verdict nor dead letter has come. */
    private final Map<String, String> outstanding = new LinkedHashMap<>();

    private final Map<UndecidedCause, Integer> undecided = new EnumMap<>(UndecidedCause.class);
    private int rejected;
    private String trouble = "";

    /** Time of {@link System#nanoTime()} from which on it is looked into why nothing comes. */
    private long nextLookNanos;

    private VerdictWait(CommonSettings settings, KafkaClients clients, ResultDesk desk) {
        this.settings = settings;
        this.clients = clients;
        this.desk = desk;
    }

    /**
     * Opens the wait, before the first probe is sent.
     *
     * @throws KafkaException if verdicts can't be read
     */
    static VerdictWait open(Settings given, PrintWriter err) throws InterruptedException {
        CommonSettings settings = CommonSettings.of(given);
        KafkaClients clients = KafkaClients.of(settings);
        TopicReader.require(clients, List.of(settings.topics().verdicts()));
        AnswerSettings bounds = AnswerSettings.of(given);
        VerdictWait wait = new VerdictWait(
                settings,
                clients,
                ResultDesk.open(
                        clients,
                        settings.topics(),
                        // Each image that was sent waits, as many as there are.
                        new AnswerSettings(Integer.MAX_VALUE, bounds.maxBytes()),
                        RecentResults.NONE,
                        new ServiceThreads(),
                        () -> "",
                        new CompositeMeterRegistry()));
        boolean reads = false;
        try {
            ResultDesk.Unread unread = wait.desk.awaitReading();
            if (!unread.verdicts().isEmpty()) {
                throw new KafkaException(unread.verdicts());
            }
            if (!unread.deadLetters().isEmpty()) {
                err.println("twinstream: dead letters can't be read, so that a probe without verdict may be one: "
                        + unread.deadLetters());
                err.flush();
            }
            reads = true;
            return wait;
        } finally {
            if (!reads) {
                wait.close();
            }
        }
    }

    void sent(String probeId, String name) {
        outstanding.put(probeId, name);
        ask(probeId);
    }

    /** Hands over what comes, with the image's name, until all is there or the limit has passed. */
    void await(Duration limit, BiConsumer<String, Verdict> judged, BiConsumer<String, DeadLetterView> couldNotBe)
            throws InterruptedException {
        long start = System.nanoTime();
        putOff(settings.heldAfter());
        while (!outstanding.isEmpty() && System.nanoTime() - start < limit.toNanos()) {
            List<Came> those = next();
            List<String> again = new ArrayList<>();
            for (Came each : those) {
                if (each.answer() instanceof ProbeAnswer.Outstanding kept) {
                    trouble = kept.why();
                    again.add(each.probeId());
                } else {
                    trouble = "";
                    hand(each, judged, couldNotBe);
                    putOff(settings.heldAfter());
                }
            }
            if (those.isEmpty() && System.nanoTime() - nextLookNanos > 0) {
                heldBack().ifPresent(line -> log.warn("verdicts are held back: {}", line));
                putOff(BETWEEN_LOOKS);
            }
            if (!again.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
                again.forEach(this::ask);
            }
        }
    }

    /** Counts the probes that have come neither to a verdict nor to a dead letter. */
    int outstanding() {
        return outstanding.size();
    }

    /** Counts the probes that have become dead letters. */
    int rejected() {
        return rejected;
    }

    /** Returns for each cause why verdicts are undecided how many are, and what to do, in one line. */
    List<String> advice() {
        return undecided.entrySet().stream()
                .map(each -> "%d undecided, %s: %s".formatted(each.getValue(), each.getKey(), advice(each.getKey())))
                .toList();
    }

    private static String advice(UndecidedCause cause) {
        return switch (cause) {
            case UNKNOWN_SUBJECT ->
                "nobody of that name is enrolled, or with no usable reference: see 'twinstream enrol'";
            case EMPTY_GALLERY -> "nobody is enrolled with a usable reference: see 'twinstream enrol'";
            case BLANK -> "the pictures have no contrast: look at what is sent";
            case OUT_OF_DOMAIN ->
                "the model was trained for another kind of picture: look at what is sent; if it is meant, train or import a model for such pictures, or set %s=off"
                        .formatted(VerifierSettings.DOMAIN);
            case NOTHING_FOUND ->
                "the model's locator finds nothing in the pictures: look at what is sent, or give --region";
            case OTHER -> "the verifier is newer than this program: update it";
        };
    }

    /**
     * Says in one line why verdicts can't be read, or which open transaction keeps them from being read now, or probes from
     * being judged.
     */
    Optional<String> heldBack() {
        return (trouble.isEmpty() ? Optional.<String>empty() : Optional.of(trouble))
                .or(() -> heldBack(settings.topics().verdicts()))
                .or(() -> heldBack(settings.topics().probes()));
    }

    @Override
    public void close() {
        desk.close();
    }

    private Optional<String> heldBack(String topic) {
        return OpenTransactions.told(clients, topic, settings.heldAfter().dividedBy(2));
    }

    private void ask(String probeId) {
        var unused = desk.latest(probeId, LONG).thenAccept(answer -> come.add(new Came(probeId, answer)));
    }

    /** Returns what came, or nothing after a moment. */
    private List<Came> next() throws InterruptedException {
        List<Came> those = new ArrayList<>();
        @Nullable Came first = come.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
            those.add(first);
            come.drainTo(those);
        }
        return those;
    }

    private void hand(Came came, BiConsumer<String, Verdict> judged, BiConsumer<String, DeadLetterView> couldNotBe) {
        String name = outstanding.remove(came.probeId());
        if (name == null) {
            return;
        }
        if (came.answer() instanceof ProbeAnswer.Judged verdict) {
            UndecidedCause cause = Undecided.cause(verdict.verdict());
            if (cause != null) {
                undecided.merge(cause, 1, Integer::sum);
            }
            judged.accept(name, verdict.verdict());
        } else if (came.answer() instanceof ProbeAnswer.Rejected letter) {
            rejected++;
            couldNotBe.accept(name, letter.letter());
        }
    }

    private void putOff(Duration look) {
        nextLookNanos = System.nanoTime() + look.toNanos();
    }

    private record Came(String probeId, ProbeAnswer answer) {}
}
