package io.twinstream.deploy.cli;

import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.control.InstanceState;
import io.twinstream.verifier.control.ModelStates;
import io.twinstream.verifier.settings.VerifierSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What verifiers that run come to report, soon after pictures were enrolled, of references that they can't use. Without verifiers, or
 * without the right to read what they report, there is no news.
 */
final class UnusableNews {
    private static final Logger log = LoggerFactory.getLogger(UnusableNews.class);

    /** A reference is in the gallery, or isn't, within about a second, and is reported a second later. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    /** Longer than between two reports. */
    private static final long BETWEEN_MS = 1_200;

    private final Settings settings;
    private final Map<String, InstanceState> before;

    private UnusableNews(Settings settings) {
        this.settings = settings;
        this.before = read();
    }

    /** From now on. */
    static UnusableNews since(Settings settings) {
        return new UnusableNews(settings);
    }

    /** A line for each verifier and version that can't use more than before; waits for them for {@link #PATIENCE}, until none changes. */
    List<String> lines() throws InterruptedException {
        if (before.isEmpty()) {
            return List.of();
        }
        long start = System.nanoTime();
        List<String> lines = List.of();
        boolean settled = false;
        while (!settled && System.nanoTime() - start < PATIENCE.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_MS);
            List<String> last = lines;
            lines = read().entrySet().stream()
                    .filter(each -> more(each.getKey(), each.getValue()) > 0)
                    .map(each -> line(each.getValue(), more(each.getKey(), each.getValue())))
                    .toList();
            settled = !lines.isEmpty() && lines.equals(last);
        }
        return lines;
    }

    private int more(String key, InstanceState now) {
        InstanceState known = before.get(key);
        return known == null ? 0 : now.unusableReferences() - known.unusableReferences();
    }

    private static String line(InstanceState state, int more) {
        String some = state.unusable().isEmpty() ? "" : state.unusable().get(0);
        boolean out = some.contains(UndecidedCause.OUT_OF_DOMAIN.name());
        return "%s can't use %d more references with %s, %d of %d in all, for example %s%s; GET /v1/unusable-references names them"
                .formatted(
                        state.instance(),
                        more,
                        state.model(),
                        state.unusableReferences(),
                        state.unusableReferences() + state.gallerySize(),
                        some,
                        out
                                ? ": train a model on such pictures (twinstream train), or set %s=off"
                                        .formatted(VerifierSettings.DOMAIN)
                                : "");
    }

    private Map<String, InstanceState> read() {
        Map<String, InstanceState> states = new TreeMap<>();
        try {
            for (InstanceState each : ModelStates.read(settings).states()) {
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
