package io.twinstream.deploy.acceptance.images;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Sends real drawings through Kafka. For each alphabet, drawer 01's characters are the gallery and all others' drawings are
 * identified; then 10,000 pairs from all alphabets, half of them genuine, are verified.
 */
public final class RealImages implements AcceptanceCheck {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int PAIRS = 10_000;
    private static final long SEED = 20_15;

    @Override
    public Result run(Path folder) throws Exception {
        Images images = Images.read(folder);
        try (Rig rig = new Rig()) {
            int probes = 0;
            int answered = 0;
            int right = 0;
            for (Map.Entry<String, List<Drawing>> alphabet : images.byAlphabet().entrySet()) {
                String prefix = "identify-" + alphabet.getKey().replaceAll("[^A-Za-z0-9]", "-");
                Map<String, Verdict> verdicts = identify(rig, prefix, alphabet.getValue());
                for (Drawing drawing : alphabet.getValue()) {
                    if (!drawing.drawer().equals("01")) {
                        Verdict verdict = verdicts.get(id(drawing));
                        probes++;
                        answered += verdict == null ? 0 : 1;
                        right += verdict != null && isRight(verdict, drawing) ? 1 : 0;
                    }
                }
            }
            Pairs pairs = verify(rig, images);
            String figures =
                    "identify: %d probes, %d verdicts, best candidate right %.2f %%; pair: %d probes, %d verdicts, FMR %.5f, FNMR %.4f"
                            .formatted(
                                    probes,
                                    answered,
                                    100.0 * right / probes,
                                    PAIRS,
                                    pairs.verdicts,
                                    pairs.fmr(),
                                    pairs.fnmr());
            return new Result(probes == answered && pairs.verdicts == PAIRS, figures);
        }
    }

    private static Map<String, Verdict> identify(Rig rig, String prefix, List<Drawing> drawings) throws Exception {
        Topics topics = rig.createTopics(prefix);
        int enrolled = 0;
        int sent = 0;
        for (Drawing drawing : drawings) {
            if (drawing.drawer().equals("01")) {
                rig.enrol(topics, drawing.subject(), drawing.drawer(), drawing.png());
                enrolled++;
            }
        }
        rig.flush();
        try (VerifierService verifier = Rig.verifier(rig.settings(prefix), enrolled);
                TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
            for (Drawing drawing : drawings) {
                if (!drawing.drawer().equals("01")) {
                    rig.identify(topics, id(drawing), drawing.png());
                    sent++;
                }
            }
            rig.flush();
            Map<String, Verdict> verdicts = answers.await(sent, LIMIT).verdicts();
            System.err.printf(
                    "%s: %d enrolled, %d probes, %d verdicts, average batch %.1f%n",
                    prefix, enrolled, sent, verdicts.size(), verifier.status().get("averageBatch"));
            return verdicts;
        }
    }

    private static Pairs verify(Rig rig, Images images) throws Exception {
        List<List<Drawing>> subjects = new ArrayList<>(images.bySubject().values());
        Random random = new Random(SEED);
        Topics topics = rig.createTopics("pairs");
        Map<String, Boolean> genuine = new HashMap<>();
        try (VerifierService verifier = Rig.verifier(rig.settings("pairs"), 0);
                TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
            for (int i = 0; i < PAIRS; i++) {
                boolean same = i % 2 == 0;
                int subject = random.nextInt(subjects.size());
                int other = same ? subject : (subject + 1 + random.nextInt(subjects.size() - 1)) % subjects.size();
                Drawing probe = any(subjects.get(subject), random);
                Drawing reference = any(subjects.get(other), random);
                while (reference == probe) {
                    reference = any(subjects.get(other), random);
                }
                genuine.put("pair-" + i, same);
                rig.pair(topics, "pair-" + i, probe.png(), reference.png());
            }
            rig.flush();
            return Pairs.of(answers.await(PAIRS, LIMIT).verdicts(), genuine);
        }
    }

    private record Pairs(int verdicts, int falseMatches, int falseNonMatches) {
        static Pairs of(Map<String, Verdict> verdicts, Map<String, Boolean> genuine) {
            int falseMatches = 0;
            int falseNonMatches = 0;
            for (Verdict verdict : verdicts.values()) {
                boolean match = verdict.getOutcome() == Outcome.MATCH;
                boolean same = genuine.get(verdict.getProbeId());
                falseMatches += match && !same ? 1 : 0;
                falseNonMatches += !match && same ? 1 : 0;
            }
            return new Pairs(verdicts.size(), falseMatches, falseNonMatches);
        }

        double fmr() {
            return falseMatches / (PAIRS / 2.0);
        }

        double fnmr() {
            return falseNonMatches / (PAIRS / 2.0);
        }
    }

    private static boolean isRight(Verdict verdict, Drawing drawing) {
        return verdict.getCandidates().get(0).getSubjectId().equals(drawing.subject());
    }

    private static String id(Drawing drawing) {
        return drawing.subject() + "-" + drawing.drawer();
    }

    private static Drawing any(List<Drawing> drawings, Random random) {
        return drawings.get(random.nextInt(drawings.size()));
    }
}
