package io.twinstream.deploy.cli.images;

import io.twinstream.deploy.cli.console.ErrorLine;
import io.twinstream.deploy.verdict.DeadLetterReader;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.verifier.feed.DeadLetterView;
import java.io.PrintWriter;
import java.time.Duration;
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
