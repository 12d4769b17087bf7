package io.twinstream.trainer.run;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.TrainingData;
import io.twinstream.trainer.export.ExportException;
import io.twinstream.trainer.export.ModelExport;
import io.twinstream.trainer.export.ModelExport.ModelIdentity;
import io.twinstream.trainer.export.PackageWeights;
import io.twinstream.trainer.export.Quantization;
import io.twinstream.trainer.network.TrainedWeights;
import io.twinstream.trainer.network.TrainingDevice;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.trainer.training.Teachers;
import io.twinstream.trainer.training.Training;
import io.twinstream.trainer.training.TrainingListener;
import io.twinstream.trainer.training.TrainingSettings;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a model and packs it. It reads the images, trains, exports, checks the export against the network, measures it
 * on the validation images, and adds an int8 embedder where it can. Nothing is written but the checkpoints: the package
 * goes to the caller once all of that has gone well.
 */
public final class TrainingRun {
    private static final Logger log = LoggerFactory.getLogger(TrainingRun.class);

    private final Clock clock;
    private final TrainingDevice device;

    /** @param device the device that networks learn on */
    public TrainingRun(TrainingDevice device) {
        this(Clock.systemUTC(), device);
    }

    TrainingRun(Clock clock, TrainingDevice device) {
        this.clock = clock;
        this.device = device;
    }

    /**
     * Trains to the end; it is for one thread of the process at a time.
     *
     * @return the model package as a zip file, which {@code PackageArchive.read} accepts
     * @throws DatasetException if the images can't be used
     * @throws ExportException if the exported model differs from the trained network
     */
    public byte[] run(TrainingOptions options, TrainingListener listener)
            throws IOException, ExportException, InterruptedException {
        listener.onPhase(TrainingListener.Phase.READ);
        TwinNetwork network = options.architecture().network(options.input());
        Optional<TrainedWeights> parent = parent(options);
        TrainingData data = options.sources().read(options.input().channels());
        listener.onData(data.report());
        data.requireUsable();
        options.sources().requireEnough(data.validation());
        ImageSet images = data.training();
        ImageSet validation = data.validation();
        TrainingSettings settings = options.settings();
        Teaching teaching = options.teaching();
        try (Teachers opened = Teachers.open(teaching.teachers(), options.input(), teaching.views());
                Training training = new Training(
                        network,
                        images,
                        validation,
                        settings,
                        parent,
                        Optional.of(opened).filter(Teachers::any),
                        options.checkpoints(),
                        device.device())) {
            ModelExport.rehearse(network, validation);
            listener.onPhase(TrainingListener.Phase.TRAIN);
            training.run(listener);
            listener.onPhase(TrainingListener.Phase.MEASURE);
            TrainingRecord record = new TrainingRecord(
                    clock.instant().toString(),
                    images.fingerprint(),
                    settings.seed(),
                    settings(settings, validation, opened));
            ModelIdentity identity = new ModelIdentity(
                    options.name(),
                    options.version(),
                    parent.map(TrainedWeights::origin).orElse(null),
                    record);
            return quantized(new ModelExport(network).pack(identity, validation), images, validation);
        }
    }

    /**
     * Adds an int8 embedder where the network can be held in one. Otherwise the package stays as it is, so that hours
     * of training aren't lost.
     */
    static byte[] quantized(byte[] packed, ImageSet images, ImageSet validation) throws IOException {
        try {
            return Quantization.of(PackageArchive.read(packed, "the exported package"), images, validation);
        } catch (ExportException e) {
            log.warn("the package gets no int8 embedder and serves in fp32 only: {}", e.getMessage());
            return packed;
        }
    }

    private static Optional<TrainedWeights> parent(TrainingOptions options) throws IOException {
        if (options.parent().isEmpty()) {
            return Optional.empty();
        }
        ModelPackage parent = PackageArchive.read(options.parent().get());
        Manifest manifest = parent.manifest();
        if (!manifest.architecture().equals(options.architecture().name())
                || !manifest.input().equals(options.input())) {
            throw new IllegalArgumentException(
                    "the parent is a %s for %s, the network is a %s for %s: train what the parent is"
                            .formatted(
                                    manifest.architecture(),
                                    described(manifest.input()),
                                    options.architecture().name(),
                                    described(options.input())));
        }
        return Optional.of(PackageWeights.of(parent));
    }

    private static String described(InputSpec input) {
        return "%s of %dx%dx%d"
                .formatted(
                        input.inkIsOne() ? "drawings" : "photographs", input.width(), input.height(), input.channels());
    }

    private static Map<String, String> settings(TrainingSettings settings, ImageSet validation, Teachers teachers) {
        Map<String, String> all = new TreeMap<>(settings.asMap());
        if (teachers.any()) {
            all.put("teachers", teachers.origins());
        }
        all.put("validationFingerprint", validation.fingerprint());
        return all;
    }
}
