package io.twinstream.trainer.service;

import io.twinstream.schemas.record.Train;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.export.ExportException;
import io.twinstream.trainer.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A trainer makes the models for the service. */
public interface Trainer {
    /** Returns the names of the networks that can be trained. */
    Set<String> architectures();

    /**
     * Trains a model; it is for one thread of the process at a time, and ends soon after the thread is interrupted.
     *
     * @return the model package's zip file
     * @throws IOException if the images can't be used; one line
     * @throws ExportException if the exported model differs from the trained network; one line
     */
    byte[] train(TrainingOrder order, TrainingListener listener)
            throws IOException, ExportException, InterruptedException;

    /** Reads the images of an order to compare models on: those that it names, or those that its training held back. */
    ImageSet validation(TrainingOrder order, int channels) throws IOException;

    /**
     * An order is a request with everything that it names found.
     *
     * @param images an absolute path, or {@code topic:} for the labelled images
     * @param validation classes of their own; the same, or empty where a part of the images is held back
     * @param parent package file of the model to start from; null to start anew
     * @param teachers package files of the models to learn from besides the images
     * @param checkpoints folder of this run alone: what an interrupted run left there is gone on with
     * @param heldBack the file that keeps which images a training held back
     */
    public record TrainingOrder(
            Train train,
            String images,
            Optional<String> validation,
            @Nullable Path parent,
            List<Path> teachers,
            Path checkpoints,
            Path heldBack) {}
}
