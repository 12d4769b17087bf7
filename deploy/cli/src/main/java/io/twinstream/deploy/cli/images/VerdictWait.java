package io.twinstream.deploy.cli.images;

import io.twinstream.deploy.cli.console.ErrorLine;
import io.twinstream.deploy.verdict.DeadLetterReader;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.verifier.feed.DeadLetterView;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what becomes of probes: a verdict, or a dead letter. It sees what the brokers got after it was opened. Without the
 * right to read dead letters it says so, and waits for verdicts alone. It is for one thread.
 */
final class VerdictWait implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final VerdictReader verdicts;
    private final @Nullable DeadLetterReader letters;
    private final CommonSettings settings;

    /** The images' names by the ids of their probes, of which neither verdict nor dead letter has come. */
    private final Map<String, String> outstanding = new LinkedHashMap<>();

    private final Map<UndecidedCause, Integer> undecided = new EnumMap<>(UndecidedCause.class);
    private int rejected;

    private VerdictWait(CommonSettings settings, VerdictReader verdicts, @Nullable DeadLetterReader letters) {
        this.settings = settings;
        this.verdicts = verdicts;
        this.letters = letters;
    }

    /** Opens the wait, before the first probe is sent. */
    static VerdictWait open(CommonSettings settings, PrintWriter err) {
        VerdictReader verdicts = VerdictReader.open(settings, false);
        try {
            return new VerdictWait(settings, verdicts, DeadLetterReader.open(settings, false));
        } catch (KafkaException e) {
            err.println("twinstream: dead letters can't be read, so that a probe without verdict may be one: "
                    + ErrorLine.of(e).text());
            err.flush();
            return new VerdictWait(settings, verdicts, null);
        } catch (RuntimeException e) {
            verdicts.close();
            throw e;
        }
    }

    void sent(String probeId, String name) {
        outstanding.put(probeId, name);
    }

    /** Hands over what comes, with the image's name, until all is there or the limit has passed. */
    void await(Duration limit, BiConsumer<String, Verdict> judged, BiConsumer<String, DeadLetterView> couldNotBe) {
        long start = System.nanoTime();
        while (!outstanding.isEmpty() && System.nanoTime() - start < limit.toNanos()) {
            for (Verdict verdict : verdicts.poll(POLL)) {
                String name = outstanding.remove(verdict.getProbeId());
                if (name != null) {
                    UndecidedCause cause = Undecided.cause(verdict);
                    if (cause != null) {
                        undecided.merge(cause, 1, Integer::sum);
                    }
                    judged.accept(name, verdict);
                }
            }
            for (DeadLetterReader.Letter letter :
                    letters == null ? List.<DeadLetterReader.Letter>of() : letters.poll(Duration.ZERO)) {
                String name = letter.probeId() == null ? null : outstanding.remove(letter.probeId());
                if (name != null) {
                    rejected++;
                    couldNotBe.accept(name, letter.view());
                }
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

    /** Says in one line which open transaction keeps verdicts from being read now, or probes from being judged. */
    Optional<String> heldBack() {
        return verdicts.heldBack()
                .or(() -> OpenTransactions.told(
                        KafkaClients.of(settings),
                        settings.topics().probes(),
                        settings.heldAfter().dividedBy(2)));
    }

    @Override
    public void close() {
        verdicts.close();
        if (letters != null) {
            letters.close();
        }
    }
}
