package io.twinstream.trainer.head;

import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.evaluation.ErrorRates;
import io.twinstream.trainer.evaluation.L1Calibration;
import io.twinstream.trainer.evaluation.PairScores;
import io.twinstream.trainer.evaluation.PairScores.EmbeddedImages;
import io.twinstream.trainer.training.Training.ProgressMeter;
import io.twinstream.trainer.training.TrainingListener;
import io.twinstream.verifier.match.MatchFunction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Fits a head to images and chooses among the kinds:
 *
 * <ol>
 *   <li>try each kind on classes that it doesn't learn from
 *   <li>learn the best kind that beats the parent's head there from all classes
 *   <li>keep it if it is no worse than the parent's on the validation classes, else the next best, and at last the parent's own
 *   <li>calibrate scale and bias on the validation classes
 * </ol>
 *
 * @param head what was kept
 * @param calibration its scale and bias, and what it is measured on
 * @param figures what was found on the way, by name, for the model's record of its training
 */
public record HeadFit(Head head, L1Calibration calibration, Map<String, String> figures) {
    private static final double FMR = 0.01;

    /**
     * Fits a head.
     *
     * @param parent the weights of the parent's L1 distance
     * @param projects whether a projection may be tried
     * @param images images to learn from
     * @param validation images of other classes, which choose nothing but whether the parent's head is kept
     * @throws DatasetException if the parent doesn't tell the images apart at all
     * @throws InterruptedException if the thread was interrupted
     */
    public static HeadFit of(
            float[] parent,
            boolean projects,
            EmbeddedImages images,
            EmbeddedImages validation,
            HeadSettings settings,
            TrainingListener listener)
            throws DatasetException, InterruptedException {
        List<HeadKind> kinds = new ArrayList<>(List.of(HeadKind.CALIBRATION, HeadKind.WEIGHTS));
        if (projects) {
            kinds.add(HeadKind.PROJECTION);
        } else {
            listener.onFinding(
                    "no projection is tried: the parent enrols the mean of several views, which a projection would change");
        }
        HeadLearner learner = new HeadLearner(settings, parent);
        Map<String, String> figures = new TreeMap<>(settings.asMap());
        Head parents = learner.learn(HeadKind.CALIBRATION, images, cost -> {});
        Rates before = Rates.of(parents, validation);
        int classes = HeadTrials.classes(images).size();
        Head kept = parents;
        if (classes < HeadTrials.FEWEST_CLASSES) {
            listener.onFinding(
                    "%d classes with two images or more are too few to try heads on some of them, %d are needed: scale and bias alone are renewed; add classes"
                            .formatted(classes, HeadTrials.FEWEST_CLASSES));
        } else {
            StepCount steps = new StepCount(
                    (HeadTrials.count(classes) + 1) * (kinds.size() - 1) * settings.steps(),
                    HeadLearner.batch(parent.length),
                    listener);
            HeadTrials trials = HeadTrials.run(images, kinds, learner, settings.seed(), steps);
            tell(trials, kinds, figures, listener);
            kept = new Choice(learner, images, validation, before, steps, listener)
                    .best(trials, kinds)
                    .orElse(parents);
            steps.end();
        }
        Rates after = Rates.of(kept, validation);
        L1Calibration calibration = L1Calibration.of(kept.seen(validation), kept.weights());
        figures.put("head", kept.kind().word());
        figures.put("eer.before", rate(before.eer()));
        figures.put("eer.after", rate(after.eer()));
        figures.put("fnmr@fmr=0.01.before", rate(before.fnmr()));
        figures.put("fnmr@fmr=0.01.after", rate(after.fnmr()));
        figures.put("scale", Float.toString(calibration.scale()));
        figures.put("bias", Float.toString(calibration.bias()));
        listener.onFinding(
                kept.kind() == HeadKind.CALIBRATION
                        ? "the parent's head is kept, with scale and bias renewed: EER %s on the validation classes"
                                .formatted(percent(before.eer()))
                        : "%s is kept: EER %s on the validation classes, the parent's %s"
                                .formatted(kept.kind().word(), percent(after.eer()), percent(before.eer())));
        return new HeadFit(kept, calibration, figures);
    }

    private static void tell(
            HeadTrials trials, List<HeadKind> kinds, Map<String, String> figures, TrainingListener listener) {
        kinds.forEach(kind -> figures.put("trials." + kind.word() + ".eer", rate(trials.mean(kind))));
        listener.onFinding("EER on classes left out in turn: "
                + kinds.stream()
                        .map(kind -> "%s %s".formatted(kind.word(), percent(trials.mean(kind))))
                        .collect(Collectors.joining(", ")));
    }

    /** A choice is made among the kinds that were better in the trials, by the validation classes. */
    private record Choice(
            HeadLearner learner,
            EmbeddedImages images,
            EmbeddedImages validation,
            Rates parents,
            StepCount steps,
            TrainingListener listener) {

        /** Learns the kinds from all images, the best first, and returns the first that is no worse than the parent's head. */
        Optional<Head> best(HeadTrials trials, List<HeadKind> kinds) throws DatasetException, InterruptedException {
            List<HeadKind> better = kinds.stream()
                    .filter(trials::better)
                    .sorted(Comparator.comparingDouble((HeadKind kind) -> trials.mean(kind)))
                    .toList();
            for (HeadKind kind : better) {
                Head head = learner.learn(kind, images, steps);
                Rates own = Rates.of(head, validation);
                if (own.eer() <= parents.eer() && own.fnmr() <= parents.fnmr()) {
                    return Optional.of(head);
                }
                listener.onFinding(
                        "%s is not kept: on the validation classes EER %s and FNMR at FMR 1 %% %s, the parent's %s and %s"
                                .formatted(
                                        kind.word(),
                                        percent(own.eer()),
                                        percent(own.fnmr()),
                                        percent(parents.eer()),
                                        percent(parents.fnmr())));
            }
            return Optional.empty();
        }
    }

    private static String percent(double rate) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * rate);
    }

    private static String rate(double rate) {
        return String.format(Locale.ROOT, "%.6f", rate);
    }

    /** The error rates that decide; scale and bias change neither. */
    private record Rates(double eer, double fnmr) {
        static Rates of(Head head, EmbeddedImages images) throws DatasetException {
            PairScores pairs = PairScores.of(head.seen(images), new MatchFunction(head.weights(), 0));
            if (pairs.genuine().length == 0 || pairs.impostor().length == 0) {
                throw new DatasetException(
                        "the validation images have %d pairs of one class and %d of two, some of each are needed: add validation images that show what the model looks for"
                                .formatted(pairs.genuine().length, pairs.impostor().length));
            }
            ErrorRates rates = new ErrorRates(pairs.genuine(), pairs.impostor());
            return new Rates(rates.equalErrorRate(), rates.fnmrAtFmr(FMR));
        }
    }

    /** Counts the steps of all heads together for the listener. */
    private static final class StepCount implements HeadLearner.StepListener {
        private final int steps;
        private final int images;
        private final ProgressMeter meter;
        private int done;
        private double lastCost;

        StepCount(int steps, int images, TrainingListener listener) {
            this.steps = steps;
            this.images = images;
            this.meter = new ProgressMeter(steps, listener, System.nanoTime());
        }

        @Override
        public void onStep(double cost) {
            lastCost = cost;
            meter.stepDone(++done, images, cost, OptionalDouble.empty(), System.nanoTime());
        }

        /** Tells of the last step, since heads that aren't learned at the end take none. */
        void end() {
            if (done < steps) {
                meter.stepDone(steps, images, lastCost, OptionalDouble.empty(), System.nanoTime());
            }
        }
    }
}
