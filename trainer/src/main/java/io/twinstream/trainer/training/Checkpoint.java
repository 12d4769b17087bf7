package io.twinstream.trainer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.twinstream.trainer.dataset.DatasetException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A checkpoint holds everything that a run needs to go on as if it had never stopped: weights, what the optimizer
 * remembers, and the last step, of which batches and random numbers are a function. A file on disk is always a whole
 * one.
 *
 * @param run what tells this run from any other: settings and data; a checkpoint is only good for the very same run
 * @param step the last one done
 * @param best the best validation so far
 * @param state arrays by name, see {@link Learner#state}
 * @param bestWeights the weights of the best validation; empty where they aren't kept
 */
record Checkpoint(String run, int step, Best best, NDList state, NDList bestWeights) {
    private static final String FILE = "checkpoint";
    private static final String DRAFT = "checkpoint.draft";
    private static final int MAGIC = 0x54574332;

    /** Replaces the folder's checkpoint; after a power cut there is the one before or this one. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path draft = folder.resolve(DRAFT);
        try {
            writeTo(draft);
            Files.move(
                    draft, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            // A full disk gets back what didn't fit.
            Files.deleteIfExists(draft);
        }
    }

    private void writeTo(Path draft) throws IOException {
        try (FileOutputStream file = new FileOutputStream(draft.toFile());
                CheckedOutputStream summed = new CheckedOutputStream(new BufferedOutputStream(file), new CRC32());
                DataOutputStream out = new DataOutputStream(summed)) {
            out.writeInt(MAGIC);
            out.writeUTF(run);
            out.writeInt(step);
            out.writeDouble(best.accuracy());
            out.writeInt(best.step());
            write(out, state);
            write(out, bestWeights);
            out.writeLong(summed.getChecksum().getValue());
            out.flush();
            file.getFD().sync();
        }
    }

    static boolean isIn(Path folder) {
        return Files.isRegularFile(folder.resolve(FILE));
    }

    /**
     * Reads the folder's checkpoint.
     *
     * @param manager the keeper of the arrays
     * @throws DatasetException if it is damaged or of another run
     */
    static Checkpoint read(Path folder, String run, NDManager manager) throws IOException {
        Path file = folder.resolve(FILE);
        requireWhole(file);
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            in.readInt();
            String written = in.readUTF();
            if (!written.equals(run)) {
                throw new DatasetException(
                        "%s belongs to another run (%s, this one is %s): go on with the same images and settings, or take another folder"
                                .formatted(file, written, run));
            }
            int step = in.readInt();
            Best best = new Best(in.readDouble(), in.readInt());
            return new Checkpoint(run, step, best, readList(in, manager), readList(in, manager));
        }
    }

    private static void requireWhole(Path file) throws IOException {
        CRC32 sum = new CRC32();
        long content = Files.size(file) - Long.BYTES;
        try (CheckedInputStream summed =
                        new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), sum);
                DataInputStream in = new DataInputStream(summed)) {
            if (content > Integer.BYTES && in.readInt() == MAGIC) {
                in.skipNBytes(content - Integer.BYTES);
                if (sum.getValue() == in.readLong()) {
                    return;
                }
            }
        }
        throw new DatasetException("%s is damaged: remove it to begin anew".formatted(file));
    }

    private static void write(DataOutputStream out, NDList arrays) throws IOException {
        out.writeInt(arrays.size());
        for (NDArray array : arrays) {
            byte[] bytes = array.encode();
            out.writeUTF(array.getName());
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    private static NDList readList(DataInputStream in, NDManager manager) throws IOException {
        NDList arrays = new NDList();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            byte[] bytes = in.readNBytes(in.readInt());
            NDArray array = NDArray.decode(manager, bytes);
            array.setName(name);
            arrays.add(array);
        }
        return arrays;
    }

    /**
     * Best is the highest validation accuracy of a run so far, and the step that reached it.
     *
     * @param accuracy 0 to 1
     * @param step the step that reached it
     */
    record Best(double accuracy, int step) {
        static final Best NONE = new Best(-1, 0);
    }
}
