package io.twinstream.trainer.run;

import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.TrainingData;
import io.twinstream.trainer.export.ExportException;
import io.twinstream.trainer.export.ModelExport;
import io.twinstream.trainer.export.ModelIdentity;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.trainer.training.Training;
import io.twinstream.trainer.training.TrainingSettings;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/**
 * Trains a model and packs it: reads both folders, trains, exports, checks the export against the network, measures it on
 * the validation images. Nothing is written before all of that has gone well, and then only by the caller.
 */
public final class TrainingRun {
    private final Clock clock;

    public TrainingRun() {
        this(Clock.systemUTC());
    }

    TrainingRun(Clock clock) {
        this.clock = clock;
    }

    /**
     * Runs to the end; for one thread of the process at a time.
     *
     * @return the model package as a zip file, which {@code PackageArchive.read} accepts
     * @throws DatasetException if the images can't be used
     * @throws ExportException if the exported model differs from the trained network
     */
    public byte[] run(TrainingOptions options, RunListener listener)
            throws IOException, ExportException, InterruptedException {
        listener.onPhase(RunPhase.READ);
        TwinNetwork network = TwinNetwork.compact();
        TrainingSettings settings = TrainingSettings.compact(options.steps(), options.seed());
        TrainingData data = TrainingData.read(
                DataSource.of(options.images()),
                DataSource.of(options.validation()),
                network.input().channels());
        listener.onData(data.report());
        data.requireUsable();
        ImageSet images = data.training();
        ImageSet validation = data.validation();
        try (Training training = new Training(network, images, settings)) {
            ModelExport.rehearse(network, validation);
            listener.onPhase(RunPhase.TRAIN);
            training.run(listener);
            listener.onPhase(RunPhase.MEASURE);
            TrainingRecord record = new TrainingRecord(
                    clock.instant().toString(), images.fingerprint(), options.seed(), settings(settings, validation));
            ModelIdentity identity = new ModelIdentity(options.name(), options.version(), record);
            return new ModelExport(network).pack(identity, validation);
        }
    }

    private static Map<String, String> settings(TrainingSettings settings, ImageSet validation) {
        Map<String, String> all = new TreeMap<>(settings.asMap());
        all.put("validationFingerprint", validation.fingerprint());
        return all;
    }
}
