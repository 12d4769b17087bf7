package io.twinstream.deploy.acceptance.recovery;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Judges the same 10,000 probes with look-ahead on and off, under both rebalance protocols, and gets the same verdicts. */
public final class LookAheadIsAHint implements AcceptanceCheck {
    private static final int PROBES = 10_000;
    private static final long SEED = 7;
    private static final double TOLERANCE = 1e-5;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Override
    public Result run(Path folder) throws Exception {
        Images images = Images.read(folder);
        StringBuilder figures = new StringBuilder();
        boolean kept = true;
        try (Rig rig = new Rig()) {
            Map<String, Verdict> expected = run(rig, images, "classic", false, figures);
            kept &= expected.size() == PROBES;
            for (String protocol : List.of("classic", "streams")) {
                for (boolean lookAhead : protocol.equals("classic") ? List.of(true) : List.of(false, true)) {
                    Map<String, Verdict> verdicts = run(rig, images, protocol, lookAhead, figures);
                    long different = expected.values().stream()
                            .filter(verdict -> !same(verdict, verdicts.get(verdict.getProbeId())))
                            .count();
                    figures.append("%d differ; ".formatted(different));
                    kept &= different == 0 && verdicts.size() == PROBES;
                }
            }
        }
        return new Result(kept, figures.toString());
    }

    private static Map<String, Verdict> run(
            Rig rig, Images images, String protocol, boolean lookAhead, StringBuilder figures) throws Exception {
        String prefix = protocol + "-" + (lookAhead ? "on" : "off");
        Topics topics = rig.createTopics(prefix);
        Mix mix = new Mix(images, SEED);
        int enrolled = mix.enrol(rig, topics);
        for (int i = 0; i < PROBES; i++) {
            mix.send(rig, topics, "probe-" + i);
        }
        rig.flush();
        try (VerifierService verifier = Rig.verifier(
                        rig.settings(
                                prefix,
                                VerifierSettings.GROUP_PROTOCOL,
                                protocol,
                                VerifierSettings.LOOK_AHEAD,
                                Boolean.toString(lookAhead)),
                        enrolled);
                TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
            Map<String, Verdict> verdicts = answers.await(PROBES, LIMIT).verdicts();
            figures.append("%s: %d verdicts, average batch %.1f, hit rate %.3f, "
                    .formatted(
                            prefix,
                            verdicts.size(),
                            verifier.status().get("averageBatch"),
                            verifier.status().get("lookAheadHitRate")));
            return verdicts;
        }
    }

    private static boolean same(Verdict a, @Nullable Verdict b) {
        return b != null
                && a.getTask() == b.getTask()
                && a.getOutcome() == b.getOutcome()
                && a.getCause() == b.getCause()
                && a.getOutOfDomain() == b.getOutOfDomain()
                && a.getThreshold() == b.getThreshold()
                && near(a.getScore(), b.getScore())
                && Objects.equals(best(a), best(b));
    }

    private static boolean near(Double a, Double b) {
        return a == null || b == null ? Objects.equals(a, b) : Math.abs(a - b) <= TOLERANCE;
    }

    private static String best(Verdict verdict) {
        return verdict.getCandidates().isEmpty()
                ? ""
                : verdict.getCandidates().get(0).getSubjectId();
    }
}
