package io.twinstream.deploy.trainer;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Packages;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.service.Trainer;
import io.twinstream.trainer.service.Trainer.TrainingOrder;
import io.twinstream.trainer.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/**
 * This is a trainer that does one step, leaves a checkpoint, and then waits until it is let go on; what it makes is the shipped
 * model by the name that was asked for.
 */
public final class ScriptedTrainer implements Trainer {
    private static final String TOPIC = "topic:";
    private static final int CHARACTERS = 8;
    private static final int HANDS = 5;

    private final Semaphore letGo = new Semaphore(0);
    private final List<String> begun = new CopyOnWriteArrayList<>();
    private final List<String> teachers = new CopyOnWriteArrayList<>();

    /** Lets so many runs end. */
    public void letGo(int runs) {
        letGo.release(runs);
    }

    /** Returns the versions in the order in which they were begun; those that went on from a checkpoint have a plus. */
    List<String> begun() {
        return begun;
    }

    /** Returns the models that runs were given as teachers, in the order in which they came. */
    List<String> teachers() {
        return teachers;
    }

    @Override
    public Set<String> architectures() {
        return Set.of("compact", "wide", "head");
    }

    @Override
    public byte[] train(TrainingOrder order, TrainingListener listener) throws IOException, InterruptedException {
        int steps = order.train().getSteps();
        Path checkpoint = order.checkpoints().resolve("step-1");
        for (Path teacher : order.teachers()) {
            teachers.add(ModelId.of(PackageArchive.read(teacher).manifest()).toString());
        }
        String resumed = Files.exists(checkpoint) ? "+" : "";
        listener.onPhase(TrainingListener.Phase.READ);
        listener.onPhase(TrainingListener.Phase.TRAIN);
        listener.onProgress(progress(1, steps));
        Files.writeString(checkpoint, "");
        begun.add(order.train().getModelVersion() + resumed);
        letGo.acquire();
        listener.onProgress(progress(steps, steps));
        listener.onPhase(TrainingListener.Phase.MEASURE);
        return Packages.working(order.train().getModelName(), order.train().getModelVersion());
    }

    @Override
    public ImageSet validation(TrainingOrder order, int channels) throws IOException {
        String from = order.validation().orElse(order.images());
        return ImageSet.read(
                from.equals(TOPIC) ? drawings(order.checkpoints().resolve("drawn")) : Path.of(from), channels);
    }

    /** Draws images to compare versions on, and returns their folder. */
    public static Path drawings(Path folder) throws IOException {
        DrawnCharacters drawings = new DrawnCharacters(11);
        for (int character = 0; character < CHARACTERS; character++) {
            Path target = Files.createDirectories(folder.resolve("character" + character));
            for (int hand = 0; hand < HANDS; hand++) {
                Files.write(target.resolve(hand + ".png"), drawings.png(character, hand));
            }
        }
        return folder;
    }

    private static TrainingListener.Progress progress(int step, int steps) {
        return new TrainingListener.Progress(
                step, steps, 0.5, OptionalDouble.of(0.75), 100, Duration.ofSeconds(steps - step));
    }
}
