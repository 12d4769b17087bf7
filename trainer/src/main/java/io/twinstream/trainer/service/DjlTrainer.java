package io.twinstream.trainer.service;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.HeldBackImages;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.dataset.ProblemList;
import io.twinstream.trainer.export.ExportException;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.trainer.network.TrainingDevice;
import io.twinstream.trainer.run.HeadOptions;
import io.twinstream.trainer.run.HeadRun;
import io.twinstream.trainer.run.Teaching;
import io.twinstream.trainer.run.TrainingOptions;
import io.twinstream.trainer.run.TrainingRun;
import io.twinstream.trainer.service.Trainer.TrainingOrder;
import io.twinstream.trainer.training.CheckpointFolder;
import io.twinstream.trainer.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The DJL trainer trains twin networks and heads with DJL, as requests ask for them. */
public final class DjlTrainer implements Trainer {
    private static final Logger log = LoggerFactory.getLogger(DjlTrainer.class);
    private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(1);

    private final KafkaClients clients;
    private final Topics topics;
    private final TrainingDevice device;

    /** Makes a trainer whose networks learn on the CPU, as the other constructor does. */
    public DjlTrainer(KafkaClients clients, Topics topics) {
        this(clients, topics, TrainingDevice.CPU);
    }

    /**
     * Makes a trainer, and logs what its networks learn on.
     *
     * @param clients clients of the brokers that have the topic of labelled images
     */
    public DjlTrainer(KafkaClients clients, Topics topics, TrainingDevice device) {
        this.clients = clients;
        this.topics = topics;
        this.device = device;
        log.info(device.line());
    }

    @Override
    public Set<String> architectures() {
        return Stream.concat(Architecture.all().stream().map(Architecture::name), Stream.of(HeadOptions.ARCHITECTURE))
                .collect(Collectors.toSet());
    }

    @Override
    public byte[] train(TrainingOrder order, TrainingListener listener)
            throws IOException, ExportException, InterruptedException {
        Train train = order.train();
        TrainRecipe recipe = new TrainRecipe(train);
        TrainingOptions.Sources sources = new TrainingOptions.Sources(
                source(order.images()),
                order.validation().map(this::source),
                recipe.split(),
                Optional.of(order.heldBack()));
        Optional<Path> parent = Optional.ofNullable(order.parent());
        if (recipe.isHead()) {
            HeadOptions options = new HeadOptions(
                    sources,
                    train.getModelName(),
                    train.getModelVersion(),
                    PackageArchive.read(parent.orElseThrow()),
                    recipe.head());
            return new HeadRun().run(options, listener);
        }
        InputSpec input = recipe.input(
                parent.isPresent()
                        ? PackageArchive.read(parent.get()).manifest().input()
                        : null);
        TrainingOptions options = new TrainingOptions(
                sources,
                train.getModelName(),
                train.getModelVersion(),
                Architecture.named(train.getArchitecture()),
                input,
                recipe.settings(input),
                parent,
                Optional.of(new CheckpointFolder(order.checkpoints(), CHECKPOINT_EVERY)),
                new Teaching(packages(order.teachers()), train.getTeacherViews()));
        return new TrainingRun(device).run(options, listener);
    }

    @Override
    public ImageSet validation(TrainingOrder order, int channels) throws IOException {
        if (order.validation().isPresent()) {
            return ImageSet.read(source(order.validation().get()), channels, new ProblemList());
        }
        ImageSet images = ImageSet.read(source(order.images()), channels, new ProblemList());
        return HeldBackImages.among(images, order.heldBack());
    }

    private static List<ModelPackage> packages(List<Path> files) throws IOException {
        List<ModelPackage> packages = new ArrayList<>();
        for (Path file : files) {
            packages.add(PackageArchive.read(file));
        }
        return packages;
    }

    private DataSource source(String name) {
        return DataSource.of(name, clients, topics);
    }
}
