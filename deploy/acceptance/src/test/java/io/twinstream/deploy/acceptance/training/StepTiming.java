package io.twinstream.deploy.acceptance.training;

import io.twinstream.deploy.acceptance.rig.Omniglot;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.trainer.training.Training;
import io.twinstream.trainer.training.TrainingListener;
import io.twinstream.trainer.training.TrainingSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says where the time of a training step goes.
 *
 * @param step seconds of a whole step
 * @param convolutions seconds of the same step's convolutions by themselves, in the same process right after
 * @param multiplyAdds multiply-adds of the convolutions of one image, forward
 * @param images number of images in a step
 */
record StepTiming(double step, double convolutions, long multiplyAdds, int images) {
    private static final int STEPS = 70;
    private static final int FIRST_COUNTED = 30;
    private static final int ROUNDS = 20;

    /** Measures a step of the architecture with its defaults. */
    static StepTiming of(Architecture architecture, Omniglot omniglot) throws IOException, InterruptedException {
        TwinNetwork network = architecture.network(architecture.defaultInput());
        TrainingSettings defaults = TrainingSettings.defaults(architecture, network.input());
        TrainingSettings settings = new TrainingSettings(
                defaults.method(),
                STEPS,
                defaults.pairs(),
                defaults.learningRate(),
                defaults.symmetries(),
                STEPS,
                defaults.seed(),
                defaults.refinements());
        int channels = network.input().channels();
        List<TrainingListener.Progress> reports = new ArrayList<>();
        List<ConvolutionLayers.Layer> layers;
        try (Training training = new Training(
                network,
                ImageSet.read(omniglot.background(), channels),
                ImageSet.read(omniglot.validation(), channels),
                settings,
                Optional.empty(),
                Optional.empty())) {
            training.run(reports::add);
            layers = ConvolutionLayers.of(network);
        }
        int images = 2 * settings.pairs();
        // The first steps warm up; with the last goes a look at the validation images.
        double step = reports.stream()
                .filter(report -> report.step() > FIRST_COUNTED && report.step() < STEPS)
                .mapToDouble(report -> images / report.imagesPerSecond())
                .average()
                .orElseThrow();
        long multiplyAdds =
                layers.stream().mapToLong(ConvolutionLayers.Layer::multiplyAdds).sum();
        return new StepTiming(step, ConvolutionTiming.seconds(layers, images, ROUNDS), multiplyAdds, images);
    }

    /** Returns the GFLOP of a step, forward and backward, which is two forwards more, at two operations a multiply-add. */
    double gigaflop() {
        return 3 * 2 * 1e-9 * multiplyAdds * images;
    }

    /** Returns the share of a step that isn't in convolutions, 0 to 1. */
    double otherShare() {
        return 1 - convolutions / step;
    }
}
