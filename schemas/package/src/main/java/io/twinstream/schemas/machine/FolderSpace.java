package io.twinstream.schemas.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a folder takes files. It is tried rather than read out of an exception, whose text is the system's, in its user's language.
 */
public final class FolderSpace {
    private static final String TRIAL = ".twinstream-trial";

    private FolderSpace() {}

    /**
     * Writes a small file and deletes it, and makes the folder where it is missing.
     *
     * @param bytes of room that there has to be
     * @return why the folder can't be used now, in one line; empty if it can
     */
    public static String trouble(Path folder, long bytes) {
        try {
            Files.createDirectories(folder);
            Path trial = Files.createTempFile(folder, TRIAL, "");
            try {
                Files.write(trial, new byte[1]);
            } finally {
                Files.deleteIfExists(trial);
            }
            long room = Files.getFileStore(folder).getUsableSpace();
            return room >= bytes
                    ? ""
                    : "%s has %.1f MB of room, %.1f are needed".formatted(folder, megabytes(room), megabytes(bytes));
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            return reason.contains(folder.toString()) ? reason : folder + ": " + reason;
        }
    }

    private static double megabytes(long bytes) {
        return bytes / (double) (1 << 20);
    }
}
