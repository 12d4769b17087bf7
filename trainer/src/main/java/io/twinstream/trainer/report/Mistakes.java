package io.twinstream.trainer.report;

import io.twinstream.trainer.evaluation.HeldOutImage;
import io.twinstream.trainer.evaluation.ImagePair;
import io.twinstream.trainer.evaluation.OneShotEvaluation;
import io.twinstream.trainer.evaluation.OneShotTrial;
import io.twinstream.trainer.evaluation.ScoredPairs;
import io.twinstream.trainer.evaluation.VerificationEvaluation;
import io.twinstream.verifier.match.MatchFunction;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The worst mistakes as pictures. */
final class Mistakes {
    private static final int PAIRS = 12;
    private static final int TRIALS = 60;

    private Mistakes() {}

    /** The impostor pairs that score highest, and the genuine pairs that score lowest. */
    static String of(VerificationEvaluation verification) {
        return "<h3>Impostor pairs with the highest scores</h3>" + pairs(verification, false)
                + "<h3>Genuine pairs with the lowest scores</h3>" + pairs(verification, true);
    }

    /** Test pictures that went to the wrong class. */
    static String of(OneShotEvaluation oneShot) {
        List<OneShotTrial> errors = oneShot.errors();
        String shown = errors.stream().limit(TRIALS).map(Mistakes::trial).collect(Collectors.joining());
        String more = errors.size() > TRIALS ? "<p>The first %d of %d.</p>".formatted(TRIALS, errors.size()) : "";
        return "<h3>One-shot errors: the test picture, the class it went to, its own class</h3>"
                + (errors.isEmpty() ? "<p>None.</p>" : more + "<div class=\"mistakes\">" + shown + "</div>");
    }

    private static String pairs(VerificationEvaluation verification, boolean genuine) {
        ScoredPairs scored = verification.scored();
        Comparator<Integer> rising = Comparator.comparingDouble(pair -> scored.scores()[pair]);
        return IntStream.range(0, scored.pairs().size())
                .boxed()
                .filter(pair -> scored.pairs().get(pair).genuine() == genuine)
                .sorted(genuine ? rising : rising.reversed())
                .limit(PAIRS)
                .map(pair -> pair(verification, scored.pairs().get(pair), scored.scores()[pair]))
                .collect(Collectors.joining("", "<div class=\"mistakes\">", "</div>"));
    }

    private static String pair(VerificationEvaluation verification, ImagePair pair, double logit) {
        List<HeldOutImage> images = verification.sample().images().images();
        HeldOutImage probe = images.get(pair.probe());
        HeldOutImage reference = images.get(pair.reference());
        return Html.format(
                "<figure>%s%s<figcaption>score %.4f<br>%s<br>%s</figcaption></figure>",
                Thumbnail.of(probe.picture(), probe.name()),
                Thumbnail.of(reference.picture(), reference.name()),
                MatchFunction.score(logit),
                Html.escape(probe.name()),
                Html.escape(reference.name()));
    }

    private static String trial(OneShotTrial trial) {
        return "<figure class=\"trial\">%s%s%s<figcaption>%s, test %d</figcaption></figure>"
                .formatted(
                        Thumbnail.of(trial.probe(), "test"),
                        Thumbnail.of(trial.chosenClass(), "chosen class"),
                        Thumbnail.of(trial.rightClass(), "right class"),
                        Html.escape(trial.run().name()),
                        trial.test() + 1);
    }
}
