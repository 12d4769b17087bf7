package io.twinstream.trainer.service;

import io.twinstream.schemas.record.Train;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.ImageFolder;
import io.twinstream.trainer.export.ExportException;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.trainer.run.RunListener;
import io.twinstream.trainer.run.TrainingOptions;
import io.twinstream.trainer.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** The trainer on DJL. */
public final class TwinTrainer implements Trainer {
    @Override
    public Set<String> architectures() {
        return Set.of(TwinNetwork.ARCHITECTURE);
    }

    @Override
    public byte[] train(TrainingOrder order, RunListener listener)
            throws IOException, ExportException, InterruptedException {
        Train train = order.train();
        if (order.parent() != null) {
            throw new IllegalArgumentException("training can't start from a parent yet: ask for it without one");
        }
        TrainingOptions options = new TrainingOptions(
                folder(order.images()),
                folder(order.validation()),
                train.getModelName(),
                train.getModelVersion(),
                train.getSteps(),
                train.getSeed());
        return new TrainingRun().run(options, listener);
    }

    @Override
    public ImageFolder validation(String source, int channels) throws IOException {
        return ImageFolder.read(folder(source), channels);
    }

    private static Path folder(String source) throws DatasetException {
        if (source.equals(DataRoot.TOPIC)) {
            throw new DatasetException("images can't be read from the topic yet: name a folder");
        }
        return Path.of(source);
    }
}
