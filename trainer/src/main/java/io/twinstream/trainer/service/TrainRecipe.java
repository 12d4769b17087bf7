package io.twinstream.trainer.service;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.record.HeldBack;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.trainer.dataset.Split;
import io.twinstream.trainer.head.HeadSettings;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.run.HeadOptions;
import io.twinstream.trainer.run.InputSize;
import io.twinstream.trainer.service.RequestRefusedException.RequestFault;
import io.twinstream.trainer.training.Refinements;
import io.twinstream.trainer.training.Schedule;
import io.twinstream.trainer.training.TrainingSettings;
import io.twinstream.verifier.preprocess.Views;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A train recipe reads what a request says about learning: what isn't given is the architecture's own. It is what {@code
 * twinstream train} makes of the same options.
 */
final class TrainRecipe {
    /** The seed of the part that is held back, as the command line has it. */
    private static final long SPLIT_SEED = 1;

    /** Each teacher's package lies in memory for the whole of a run. */
    private static final int MOST_TEACHERS = 8;

    private final Train train;

    TrainRecipe(Train train) {
        this.train = train;
    }

    /** Returns whether the request asks for a head on top of its parent. */
    boolean isHead() {
        return train.getArchitecture().equals(HeadOptions.ARCHITECTURE);
    }

    /** Returns whether a part of the images is held back to validate with. */
    boolean holdsBack() {
        return train.getValidation().isEmpty();
    }

    /**
     * Checks that the fields fit together, as far as that is known before anything is read.
     *
     * @throws RequestRefusedException with the field, what is wrong with it and what may stand there
     */
    void check() throws RequestRefusedException {
        require(train.getSteps() > 0, "steps must be positive, was " + train.getSteps());
        require(
                train.getSplitShare() > 0 && train.getSplitShare() < 1,
                "splitShare must lie between 0 and 1, was " + train.getSplitShare());
        try {
            if (isHead()) {
                checkHead();
            } else {
                InputSpec input = input(null);
                var unusedNetwork = Architecture.named(train.getArchitecture()).network(input);
                checkTeaching(settings(input));
            }
        } catch (IllegalArgumentException e) {
            throw new RequestRefusedException(RequestFault.INVALID, String.valueOf(e.getMessage()));
        }
    }

    private void checkHead() throws RequestRefusedException {
        require(
                train.getParent() != null,
                "parent is missing: a head stands on a published model, name it as in letters/1");
        Map<String, Boolean> given = new LinkedHashMap<>();
        given.put("input", train.getInput() != null);
        given.put("photographs", train.getPhotographs());
        given.put("pairs", train.getPairs() != null);
        given.put("symmetries", train.getSymmetries() != null);
        given.put("epoch", train.getEpoch() != null);
        given.put("schedule", train.getSchedule() != null);
        given.put("mean", train.getMean() != null);
        given.put("proxies", train.getProxies() != null);
        given.put("bend", train.getBend() != null);
        given.put("teachers", !train.getTeachers().isEmpty());
        given.put("teacherViews", train.getTeacherViews() != 1);
        for (Map.Entry<String, Boolean> each : given.entrySet()) {
            require(
                    !each.getValue(),
                    "%s is not for a head, which takes the parent's input and is learned in minutes: leave it out"
                            .formatted(each.getKey()));
        }
        var unusedSettings = head();
    }

    private void checkTeaching(TrainingSettings settings) throws RequestRefusedException {
        int teachers = train.getTeachers().size();
        int views = train.getTeacherViews();
        require(teachers <= MOST_TEACHERS, "teachers are at most %d, were %d".formatted(MOST_TEACHERS, teachers));
        require(views >= 1 && views <= Views.MOST, "teacherViews must be 1 to %d, was %d".formatted(Views.MOST, views));
        require(
                teachers > 0 || views == 1,
                "teacherViews are for teachers, and there is none: name one, or leave teacherViews out");
        if (teachers > 0) {
            settings.requireTeachable();
        }
    }

    /** Returns how a head learns. */
    HeadSettings head() {
        return new HeadSettings(
                train.getSteps(),
                train.getLearningRate() == null ? HeadSettings.LEARNING_RATE : learningRate(),
                train.getSeed());
    }

    /**
     * Returns what the network takes.
     *
     * @param parents the input of the parent, which holds where nothing else is asked for; null without a parent
     */
    InputSpec input(@Nullable InputSpec parents) {
        String asked = train.getInput();
        if (parents != null && asked == null && !train.getPhotographs()) {
            return parents;
        }
        InputSpec own = Architecture.named(train.getArchitecture()).defaultInput(train.getPhotographs());
        return InputSize.spec(asked == null ? null : size(asked), train.getPhotographs(), own);
    }

    private static InputSize size(String asked) {
        try {
            return InputSize.parse(ForeignText.value(asked));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("input " + e.getMessage(), e);
        }
    }

    /** Returns how the network learns. */
    TrainingSettings settings(InputSpec input) {
        TrainingSettings defaults = TrainingSettings.defaults(Architecture.named(train.getArchitecture()), input);
        int epoch = Objects.requireNonNullElse(train.getEpoch(), defaults.stepsPerEpoch());
        if (epoch < 1) {
            throw new IllegalArgumentException("epoch must be positive, was " + epoch);
        }
        return new TrainingSettings(
                defaults.method(),
                train.getSteps(),
                Objects.requireNonNullElse(train.getPairs(), defaults.pairs()),
                train.getLearningRate() == null ? defaults.learningRate() : learningRate(),
                Objects.requireNonNullElse(train.getSymmetries(), defaults.symmetries()),
                epoch,
                train.getSeed(),
                refinements(defaults.refinements()));
    }

    private Refinements refinements(Refinements defaults) {
        return new Refinements(
                train.getSchedule() == null ? defaults.schedule() : schedule(train.getSchedule()),
                Objects.requireNonNullElse(train.getMean(), defaults.mean()),
                train.getProxies() == null
                        ? defaults.proxies()
                        : train.getProxies().floatValue(),
                train.getBend() == null ? defaults.bend() : train.getBend().floatValue());
    }

    private static Schedule schedule(String name) {
        return Arrays.stream(Schedule.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "schedule must be cosine, flat or tail, and is '%s'".formatted(ForeignText.value(name))));
    }

    private float learningRate() {
        double rate = Objects.requireNonNull(train.getLearningRate());
        if (!(rate > 0 && rate < 1)) {
            throw new IllegalArgumentException("learningRate must lie between 0 and 1, was " + rate);
        }
        return (float) rate;
    }

    /** Returns how a part of the images is held back where no validation is named. */
    Split.Rule split() {
        return new Split.Rule(
                train.getSplit() == HeldBack.DRAWER ? Split.SplitUnit.DRAWER : Split.SplitUnit.CLASS,
                train.getSplitShare(),
                SPLIT_SEED);
    }

    /** Returns the validation that the request names; empty where a part of the images is held back. */
    Optional<String> validation() {
        return holdsBack() ? Optional.empty() : Optional.of(train.getValidation());
    }

    private static void require(boolean holds, String rule) throws RequestRefusedException {
        if (!holds) {
            throw new RequestRefusedException(RequestFault.INVALID, rule);
        }
    }
}
