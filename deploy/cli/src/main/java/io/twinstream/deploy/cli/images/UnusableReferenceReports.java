package io.twinstream.deploy.cli.images;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.ModelStates;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.settings.VerifierSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what running verifiers report, soon after pictures were enrolled, of references that they can't use. Without
 * verifiers, or without the right to read what they report, there is nothing to collect.
 */
final class UnusableReferenceReports {
    private static final Logger log = LoggerFactory.getLogger(UnusableReferenceReports.class);

    /**
     * Time to wait for the first report: a reference is in the gallery, or isn't, within about a second, and is reported a
     * second later.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    /**
     * Time without a report after which no more is waited for: a verifier reports once a second, and may tell in two reports
     * what was enrolled together.
     */
    private static final Duration SETTLED = Duration.ofMillis(1500);

    private static final long BETWEEN_MS = 300;

    private final KafkaClients clients;
    private final Topics topics;
    private final Map<String, InstanceState> before;

    private UnusableReferenceReports(KafkaClients clients, Topics topics) {
        this.clients = clients;
        this.topics = topics;
        this.before = read();
    }

    /** Begins to collect what is reported from now on. */
    static UnusableReferenceReports since(CommonSettings settings) {
        return new UnusableReferenceReports(KafkaClients.of(settings), settings.topics());
    }

    /**
     * Returns a line for each verifier and version that can't use more than before. It waits {@link #PATIENCE} for the first,
     * and until no more come.
     */
    List<String> lines() throws InterruptedException {
        if (before.isEmpty()) {
            return List.of();
        }
        long start = System.nanoTime();
        long changed = start;
        List<String> lines = List.of();
        while (System.nanoTime() - start < PATIENCE.toNanos()
                && (lines.isEmpty() || System.nanoTime() - changed < SETTLED.toNanos())) {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_MS);
            List<String> now = new ArrayList<>();
            read().forEach((key, state) -> {
                InstanceState known = before.get(key);
                if (known != null && state.unusableReferences() > known.unusableReferences()) {
                    now.add(line(state, known));
                }
            });
            if (!now.equals(lines)) {
                lines = now;
                changed = System.nanoTime();
            }
        }
        return lines;
    }

    /** Writes the line with the advice that fits the example's reason: training a model makes no blank picture a reference. */
    static String line(InstanceState state, InstanceState before) {
        int more = state.unusableReferences() - before.unusableReferences();
        String some = state.unusable().stream()
                .filter(each -> !before.unusable().contains(each))
                .findFirst()
                .or(() -> state.unusable().stream().findFirst())
                .map(", for example "::concat)
                .orElse("");
        String advice = !some.contains(UndecidedCause.OUT_OF_DOMAIN.name())
                ? ""
                : ": train or import a model for such pictures, or set %s=off".formatted(VerifierSettings.DOMAIN);
        return "%s can't use %d more %s with %s, %d of %d in all%s%s; GET /v1/unusable-references names them"
                .formatted(
                        state.instance(),
                        more,
                        more == 1 ? "reference" : "references",
                        state.model(),
                        state.unusableReferences(),
                        state.unusableReferences() + state.gallerySize(),
                        some,
                        advice);
    }

    private Map<String, InstanceState> read() {
        Map<String, InstanceState> states = new TreeMap<>();
        try {
            for (InstanceState each : ModelStates.read(clients, topics).states()) {
                if (each.state() == VersionState.READY) {
                    states.put(each.instance() + " " + each.model(), each);
                }
            }
        } catch (KafkaException e) {
            log.debug("what verifiers report isn't read: {}", e.getMessage());
        }
        return states;
    }
}
