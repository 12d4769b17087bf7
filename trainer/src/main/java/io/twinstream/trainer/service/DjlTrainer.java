package io.twinstream.trainer.service;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.ProblemList;
import io.twinstream.trainer.dataset.Split;
import io.twinstream.trainer.export.ExportException;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.run.TrainingOptions;
import io.twinstream.trainer.run.TrainingRun;
import io.twinstream.trainer.service.Trainer.TrainingOrder;
import io.twinstream.trainer.training.CheckpointFolder;
import io.twinstream.trainer.training.TrainingListener;
import io.twinstream.trainer.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The DJL trainer trains twin networks with DJL, as requests ask for them. */
public final class DjlTrainer implements Trainer {
    private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(1);

    /** The rule splits nothing, as the validation images are always named here. */
    private static final Split.Rule NO_SPLIT = new Split.Rule(Split.SplitUnit.CLASS, 0.5, 0);

    private final KafkaClients clients;
    private final Topics topics;

    /** @param clients clients of the brokers that have the topic of labelled images */
    public DjlTrainer(KafkaClients clients, Topics topics) {
        this.clients = clients;
        this.topics = topics;
    }

    @Override
    public Set<String> architectures() {
        return Architecture.all().stream().map(Architecture::name).collect(Collectors.toSet());
    }

    @Override
    public byte[] train(TrainingOrder order, TrainingListener listener)
            throws IOException, ExportException, InterruptedException {
        Train train = order.train();
        Architecture architecture = Architecture.named(train.getArchitecture());
        Optional<Path> parent = Optional.ofNullable(order.parent());
        InputSpec input = parent.isPresent()
                ? PackageArchive.read(parent.get()).manifest().input()
                : architecture.defaultInput();
        TrainingOptions.Sources sources = new TrainingOptions.Sources(
                DataSource.of(order.images(), clients, topics),
                Optional.of(DataSource.of(order.validation(), clients, topics)),
                NO_SPLIT);
        TrainingOptions options = new TrainingOptions(
                sources,
                train.getModelName(),
                train.getModelVersion(),
                architecture,
                input,
                recipe(train, TrainingSettings.defaults(architecture, input)),
                parent,
                Optional.of(new CheckpointFolder(order.checkpoints(), CHECKPOINT_EVERY)));
        return new TrainingRun().run(options, listener);
    }

    @Override
    public ImageSet validation(String source, int channels) throws IOException {
        return ImageSet.read(DataSource.of(source, clients, topics), channels, new ProblemList());
    }

    private static TrainingSettings recipe(Train train, TrainingSettings defaults) {
        return new TrainingSettings(
                defaults.method(),
                train.getSteps(),
                defaults.pairs(),
                defaults.learningRate(),
                defaults.symmetries(),
                defaults.stepsPerEpoch(),
                train.getSeed());
    }
}
