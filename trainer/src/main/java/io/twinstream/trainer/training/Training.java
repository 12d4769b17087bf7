package io.twinstream.trainer.training;

import io.twinstream.trainer.dataset.ImageFolder;
import io.twinstream.trainer.network.TwinNetwork;

/**
 * One training run of a network on a folder of images. While it is open, so are the network's weights; one at a time per
 * process.
 */
public final class Training implements AutoCloseable {
    private static final int FIRST_STEP = 1;

    private final TwinNetwork network;
    private final TrainingSettings settings;
    private final BatchSource batches;
    private final Learner learner;

    /** Gives the network its first weights, from the settings' seed. */
    public Training(TwinNetwork network, ImageFolder images, TrainingSettings settings) {
        this.network = network;
        this.settings = settings;
        PairSampler sampler = new PairSampler(images.classes(), settings.pairs());
        batches = new BatchSource(images, network.input(), sampler, Distortion.HANDWRITING, settings.seed());
        learner = new Learner(network, settings);
    }

    /**
     * Learns for all of the settings' steps.
     *
     * @throws InterruptedException before the next step, once the thread is interrupted
     */
    public void run(TrainingListener listener) throws InterruptedException {
        ProgressMeter meter = new ProgressMeter(settings.steps(), listener, System.nanoTime());
        try (BatchAhead ahead = new BatchAhead(batches, FIRST_STEP)) {
            for (int step = FIRST_STEP; step <= settings.steps(); step++) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("training was interrupted before step " + step);
                }
                Batch batch = ahead.next();
                float loss = learner.learn(batch);
                meter.stepDone(step, 2 * batch.pairs(), loss, System.nanoTime());
            }
        }
    }

    public TwinNetwork network() {
        return network;
    }

    @Override
    public void close() {
        learner.close();
    }
}
