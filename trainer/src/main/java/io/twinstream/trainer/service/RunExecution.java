package io.twinstream.trainer.service;

import io.twinstream.schemas.machine.FolderSpace;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.record.Train;
import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.release.PackageCache;
import io.twinstream.schemas.release.PublishedModels;
import io.twinstream.trainer.export.ExportException;
import io.twinstream.trainer.publish.GatedPublication;
import io.twinstream.trainer.publish.GatedPublication.PublishOrder;
import io.twinstream.trainer.publish.GatedPublication.PublishOutcome;
import io.twinstream.trainer.service.RequestRefusedException.RequestFault;
import io.twinstream.trainer.service.Trainer.TrainingOrder;
import io.twinstream.trainer.training.TrainingListener;
import io.twinstream.verifier.inference.InferenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one run from its request to its end, on the calling thread:
 *
 * <ol>
 *   <li>see whether it is cancelled, was published before a service died, or was begun again and again in vain: then only
 *       its end is to be told
 *   <li>say that it has begun
 *   <li>find what the request names; fetch parent and teachers
 *   <li>train, unless the trained model lies in the run's folder
 *   <li>publish, if the gate lets it pass
 * </ol>
 *
 * A run whose disk is full waits for room, and goes on from what it has there. An interrupted run leaves its checkpoints, and no word of an end: it can be taken up again.
 */
final class RunExecution {
    /**
     * Number of starts without progress that end a run. One that ends the process, for lack of memory for example,
     * must not end every process after it.
     */
    private static final int MOST_STALLS = 5;

    /** A disk with less room than this is full; with more, the model is too large for it. */
    private static final long ROOM_BYTES = 1 << 20;

    private static final long LOOK_MS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(RunExecution.class);

    private final Trainer trainer;
    private final DataRoot data;
    private final Supplier<PublishedModels> published;
    private final PackageCache packages;
    private final GatedPublication publication;
    private final RunRecords records;
    private final Path work;
    private volatile String trouble = "";

    RunExecution(
            Trainer trainer,
            DataRoot data,
            Supplier<PublishedModels> published,
            PackageCache packages,
            GatedPublication publication,
            RunRecords records,
            Path work) {
        this.trainer = trainer;
        this.data = data;
        this.published = published;
        this.packages = packages;
        this.publication = publication;
        this.records = records;
        this.work = work;
    }

    /**
     * Takes the run to its end.
     *
     * @return the record that ends the run; not written yet
     * @throws InterruptedException if the thread was interrupted
     * @throws KafkaException if the topics can't be read or written: the run can be tried again
     */
    TrainingProgress run(RunSnapshot run, RunReport report, TrainingListener screen) throws InterruptedException {
        if (run.cancelled()) {
            return cancelled(run, report);
        }
        Optional<TrainingProgress> earlier = endBefore(run, report);
        if (earlier.isPresent()) {
            return earlier.get();
        }
        if (run.stalls() >= MOST_STALLS) {
            return report.end(
                    TrainingState.FAILED,
                    "begun %d times without getting further, the trainer's log says why".formatted(run.stalls()),
                    Map.of());
        }
        try {
            while (true) {
                try {
                    return attempt(run, report, screen);
                } catch (IOException e) {
                    // Its checkpoints stay, and what else it has on the disk.
                    if (!waitedForRoom(run, ROOM_BYTES)) {
                        throw e;
                    }
                } catch (KafkaException e) {
                    // Of the package cache, too.
                    if (!(e.getCause() instanceof IOException) || !waitedForRoom(run, ROOM_BYTES)) {
                        throw e;
                    }
                }
            }
        } catch (IOException
                | ExportException
                | InferenceException
                | RequestRefusedException
                | IllegalArgumentException e) {
            // One that took this run for its own, cut off from the group, may have been faster.
            return endBefore(run, report)
                    .orElseGet(() -> report.end(TrainingState.FAILED, String.valueOf(e.getMessage()), Map.of()));
        }
    }

    /** Returns in one line why the run under way waits, which is a full disk; empty if it doesn't wait. */
    String trouble() {
        return trouble;
    }

    private TrainingProgress attempt(RunSnapshot run, RunReport report, TrainingListener screen)
            throws IOException, ExportException, RequestRefusedException, InterruptedException {
        records.report(report.phase(TrainingState.READING));
        RunFolder folder = new RunFolder(work, run.id());
        boolean trained = folder.hasModel(run.modelId());
        TrainingOrder order = trained
                ? order(run.train(), folder, null, List.of())
                : order(run.train(), folder, parent(run.train(), folder), teachers(run.train(), folder));
        if (!trained) {
            keep(run, folder, trainer.train(order, report.writer(records, screen, System::nanoTime)));
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before publication");
        }
        return end(report, publish(run, order, folder));
    }

    private TrainingOrder order(Train train, RunFolder folder, @Nullable Path parent, List<Path> teachers)
            throws IOException, RequestRefusedException {
        Optional<String> validation = new TrainRecipe(train).validation();
        return new TrainingOrder(
                train,
                data.resolve("images", train.getImages()),
                validation.isPresent() ? Optional.of(data.resolve("validation", validation.get())) : Optional.empty(),
                parent,
                teachers,
                folder.checkpoints(),
                folder.heldBack());
    }

    private void keep(RunSnapshot run, RunFolder folder, byte[] archive) throws IOException, InterruptedException {
        while (true) {
            try {
                folder.keepModel(archive);
                return;
            } catch (IOException e) {
                if (!waitedForRoom(run, archive.length)) {
                    throw e;
                }
            }
        }
    }

    /** Returns once there is room; false where there was enough already. */
    private boolean waitedForRoom(RunSnapshot run, long bytes) throws InterruptedException {
        trouble = lackOfRoom(bytes);
        if (trouble.isEmpty()) {
            return false;
        }
        log.warn(
                "run {} waits for room on a full disk, and goes on by itself once there is some: {}",
                run.id(),
                trouble);
        try {
            while (!trouble.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
                trouble = lackOfRoom(bytes);
            }
            log.info("run {} has room again and goes on", run.id());
            return true;
        } finally {
            trouble = "";
        }
    }

    private String lackOfRoom(long bytes) {
        String own = FolderSpace.trouble(work, bytes);
        Path cache = packages.folder();
        // One that comes with an image is read only, which doesn't pass.
        return own.isEmpty() && Files.isWritable(cache) ? FolderSpace.trouble(cache, ROOM_BYTES) : own;
    }

    /**
     * Returns the end of a run that was cancelled. Where it was published before the cancellation came, it stays
     * published.
     *
     * @throws KafkaException if the releases can't be read
     */
    TrainingProgress cancelled(RunSnapshot run, RunReport report) {
        return endBefore(run, report).orElseGet(() -> report.end(TrainingState.CANCELLED, "cancelled", Map.of()));
    }

    private Optional<TrainingProgress> endBefore(RunSnapshot run, RunReport report) {
        return published
                .get()
                .find(run.modelId())
                .filter(release -> run.id().equals(release.getRunId()))
                .map(release -> report.end(TrainingState.PUBLISHED, release.getDecision(), Map.of()));
    }

    /**
     * Clears away what the end of the run makes useless. That is everything, but of a refused run the model stays: it
     * may yet be published by hand.
     */
    void clear(TrainingProgress end) throws IOException {
        RunFolder folder = new RunFolder(work, end.getRunId());
        if (end.getState() == TrainingState.REFUSED) {
            folder.removeTraining();
        } else {
            folder.remove();
        }
    }

    private @Nullable Path parent(Train train, RunFolder folder) throws IOException, RequestRefusedException {
        String parent = train.getParent();
        return parent == null ? null : fetched("parent", parent, folder.parent());
    }

    private List<Path> teachers(Train train, RunFolder folder) throws IOException, RequestRefusedException {
        List<Path> teachers = new ArrayList<>();
        for (String teacher : train.getTeachers()) {
            teachers.add(fetched("teachers", teacher, folder.teacher(teachers.size())));
        }
        return teachers;
    }

    private Path fetched(String field, String named, Path target) throws IOException, RequestRefusedException {
        ModelId id = ModelId.parse(named);
        Optional<ModelRelease> release = published.get().find(id);
        if (release.isPresent()) {
            packages.copy(release.get(), target);
        } else if (ShippedModel.ships(id)) {
            ShippedModel.copy(id, target);
        } else {
            throw new RequestRefusedException(RequestFault.MISSING, "%s: %s is not published".formatted(field, named));
        }
        return target;
    }

    private PublishOutcome publish(RunSnapshot run, TrainingOrder order, RunFolder folder) throws IOException {
        PublishOutcome outcome = publication.publish(new PublishOrder(
                folder.model(),
                channels -> trainer.validation(order, channels),
                run.train().getReason(),
                run.id()));
        outcome.warnings().forEach(warning -> log.warn("run {}: {}", run.id(), warning));
        return outcome;
    }

    private static TrainingProgress end(RunReport report, PublishOutcome outcome) {
        Manifest manifest = outcome.manifest();
        TrainingState state =
                outcome.kind() == PublishOutcome.PublishKind.REFUSED ? TrainingState.REFUSED : TrainingState.PUBLISHED;
        return report.end(state, outcome.line(), Impostors.withoutThresholds(manifest.evaluation()));
    }
}
