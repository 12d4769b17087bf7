package io.twinstream.trainer.service;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.PackageArchive;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A run folder holds what a run that has not ended keeps on the disk: checkpoints, which images were held back, the packages of
 * its parent and teachers and, once trained, its own.
 */
final class RunFolder {
    private static final String TEACHER = "teacher-";

    private final Path folder;

    RunFolder(Path work, String runId) throws IOException {
        folder = Files.createDirectories(work.resolve(runId));
    }

    Path checkpoints() throws IOException {
        return Files.createDirectories(folder.resolve("checkpoints"));
    }

    /** Returns the file that keeps which images the training held back. */
    Path heldBack() {
        return folder.resolve("held-back");
    }

    Path parent() {
        return folder.resolve("parent.zip");
    }

    /** @param number the teacher's place among the run's, from 0 */
    Path teacher(int number) {
        return folder.resolve(TEACHER + number + ".zip");
    }

    Path model() {
        return folder.resolve("model.zip");
    }

    /** Returns whether the model was trained before, by a service that ended before it could publish it. */
    boolean hasModel(ModelId id) {
        try {
            return ModelId.of(PackageArchive.read(model()).manifest()).equals(id);
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Keeps the model, whose file is there whole or not at all. */
    void keepModel(byte[] archive) throws IOException {
        Path part = folder.resolve("model.zip.part");
        try {
            Files.write(part, archive);
            Files.move(part, model(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Removes all but the model. */
    void removeTraining() throws IOException {
        remove(checkpoints());
        Files.deleteIfExists(parent());
        try (DirectoryStream<Path> teachers = Files.newDirectoryStream(folder, TEACHER + "*")) {
            for (Path teacher : teachers) {
                Files.delete(teacher);
            }
        }
        Files.deleteIfExists(heldBack());
    }

    void remove() throws IOException {
        remove(folder);
    }

    private static void remove(Path root) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(root)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }
}
