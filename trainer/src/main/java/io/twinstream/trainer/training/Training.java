package io.twinstream.trainer.training;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.network.TrainedWeights;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.trainer.training.BatchSource.Batch;
import io.twinstream.trainer.training.BatchSource.BatchAhead;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training teaches a network from a set of images. While it is open, so are the network's weights; a process may have
 * one at a time. With a folder for checkpoints, a run that was killed goes on from there to the very same weights.
 */
public final class Training implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Training.class);

    private final TwinNetwork network;
    private final TrainingSettings settings;
    private final Optional<CheckpointFolder> checkpoints;
    private final Recipe recipe;
    private final BatchSource batches;
    private final BatchSource measured;
    private final ValidationTrials trials;
    private final Learner learner;
    private final NDManager kept;
    private final String run;
    private Checkpoint.Best best = Checkpoint.Best.NONE;
    private NDList bestWeights = new NDList();
    private int done;

    /** Makes a training without teachers on the CPU, as the other constructor does. */
    public Training(
            TwinNetwork network,
            ImageSet images,
            ImageSet validation,
            TrainingSettings settings,
            Optional<TrainedWeights> parent,
            Optional<CheckpointFolder> checkpoints)
            throws IOException {
        this(network, images, validation, settings, parent, Optional.empty(), checkpoints, Device.cpu());
    }

    /**
     * Gives the network its first weights: the checkpoint's, the parent's, or random ones from the settings' seed.
     *
     * @param teachers models to learn from besides; they stay the caller's, and open as long as the training is
     * @param device the device that the network learns on; a run may go on from a checkpoint of another one
     * @throws io.twinstream.trainer.dataset.DatasetException if the checkpoint is of another run
     * @throws IllegalArgumentException if the parent is of another architecture, or teachers judge what the method doesn't
     */
    public Training(
            TwinNetwork network,
            ImageSet images,
            ImageSet validation,
            TrainingSettings settings,
            Optional<TrainedWeights> parent,
            Optional<Teachers> teachers,
            Optional<CheckpointFolder> checkpoints,
            Device device)
            throws IOException {
        if (teachers.isPresent()) {
            settings.requireTeachable();
        }
        this.network = network;
        this.settings = settings;
        this.checkpoints = checkpoints;
        recipe = Recipe.of(settings, network.input(), images.classes());
        batches =
                new BatchSource(images, network.input(), recipe.sampler(), recipe.effects(), teachers, settings.seed());
        measured =
                new BatchSource(images, network.input(), recipe.sampler(), recipe.effects(), ~(long) settings.seed());
        trials = new ValidationTrials(network, validation);
        learner = new Learner(network, recipe, settings, device);
        kept = learner.newManager();
        run = "%s %s from %s%s of images %s"
                .formatted(
                        network.architecture(),
                        new TreeMap<>(settings.asMap()),
                        parent.map(TrainedWeights::origin).orElse("random weights"),
                        teachers.map(of -> " and " + of.origins()).orElse(""),
                        images.fingerprint());
        parent.ifPresent(this::adopt);
        if (checkpoints.isPresent() && Checkpoint.isIn(checkpoints.get().path())) {
            resume(Checkpoint.read(checkpoints.get().path(), run, kept));
        }
    }

    /** Learns for the steps that are left, or until it gets no better where the method says so. */
    public void run(TrainingListener listener) throws InterruptedException {
        ProgressMeter meter = new ProgressMeter(settings.steps(), listener, System.nanoTime());
        long saved = System.nanoTime();
        try (BatchAhead ahead = new BatchAhead(batches, done + 1L)) {
            while (done < settings.steps() && !isPatienceAtItsEnd()) {
                Batch batch = ahead.next();
                float cost = learner.learn(batch);
                done++;
                OptionalDouble accuracy = isLastOfEpoch() ? OptionalDouble.of(validate()) : OptionalDouble.empty();
                meter.stepDone(done, batch.images(), cost, accuracy, System.nanoTime());
                boolean stop = Thread.interrupted();
                if (checkpoints.isPresent() && (stop || isDue(saved))) {
                    save(checkpoints.get().path());
                    saved = System.nanoTime();
                }
                if (stop) {
                    throw new InterruptedException("training was stopped after step " + done);
                }
            }
        }
        if (recipe.patienceEpochs() > 0 && !bestWeights.isEmpty()) {
            learner.putWeights(bestWeights);
        } else if (learner.keepsMean()) {
            learner.putMean(measured);
        }
    }

    /** Returns the last step done. */
    public int step() {
        return done;
    }

    /** Returns whether training stops before its steps are done, as the network gets no better. */
    private boolean isPatienceAtItsEnd() {
        int patience = recipe.patienceEpochs() * settings.stepsPerEpoch();
        return patience > 0 && done - best.step() >= patience;
    }

    private boolean isLastOfEpoch() {
        return done % settings.stepsPerEpoch() == 0 || done == settings.steps();
    }

    /** Tries the network as it would be exported now, and leaves it as it was. */
    private double validate() {
        if (!learner.keepsMean()) {
            return tried();
        }
        try (NDManager scope = kept.newSubManager()) {
            NDList own = learner.weights(scope);
            learner.putMean(measured);
            double accuracy = tried();
            learner.putWeights(own);
            return accuracy;
        }
    }

    private double tried() {
        double accuracy = trials.accuracy(kept);
        if (accuracy > best.accuracy()) {
            best = new Checkpoint.Best(accuracy, done);
            if (recipe.patienceEpochs() > 0) {
                bestWeights.close();
                bestWeights = learner.weights(kept);
            }
        }
        return accuracy;
    }

    private boolean isDue(long saved) {
        return System.nanoTime() - saved >= checkpoints.orElseThrow().every().toNanos();
    }

    /** Writes a checkpoint; where the disk doesn't take it, the one before stays. */
    private void save(Path folder) {
        try (NDManager scope = kept.newSubManager()) {
            new Checkpoint(run, done, best, learner.state(scope), bestWeights).write(folder);
        } catch (IOException e) {
            log.warn(
                    "the checkpoint after step {} can't be written, training goes on and keeps the one before: {}",
                    done,
                    e.getMessage());
        }
    }

    private void adopt(TrainedWeights parent) {
        Batch sample = batches.batch(0);
        try (NDManager scope = kept.newSubManager()) {
            network.adopt(parent, scope.create(sample.pixels(), network.inputShape(sample.images())));
        }
    }

    private void resume(Checkpoint checkpoint) {
        learner.restore(checkpoint.state(), checkpoint.step());
        best = checkpoint.best();
        bestWeights = checkpoint.bestWeights();
        done = checkpoint.step();
    }

    public TwinNetwork network() {
        return network;
    }

    @Override
    public void close() {
        learner.close();
    }

    /** Turns single steps into a report every so many of them, and one at the end. */
    public static final class ProgressMeter {
        private static final int STEPS_BETWEEN_REPORTS = 10;

        private final int steps;
        private final TrainingListener listener;
        private long since;
        private int counted;
        private int images;
        private double loss;

        /** @param nowNanos the time of the first step's beginning */
        public ProgressMeter(int steps, TrainingListener listener, long nowNanos) {
            this.steps = steps;
            this.listener = listener;
            since = nowNanos;
        }

        /** Counts a step; its cost goes into the mean of the next report. */
        public void stepDone(int step, int stepImages, double stepLoss, OptionalDouble accuracy, long nowNanos) {
            counted++;
            images += stepImages;
            loss += stepLoss;
            if (step % STEPS_BETWEEN_REPORTS == 0 || step == steps || accuracy.isPresent()) {
                double seconds = (nowNanos - since) / 1e9;
                Duration remaining = Duration.ofMillis(Math.round(1000 * seconds / counted * (steps - step)));
                listener.onProgress(new TrainingListener.Progress(
                        step, steps, loss / counted, accuracy, images / seconds, remaining));
                since = nowNanos;
                counted = 0;
                images = 0;
                loss = 0;
            }
        }
    }
}
