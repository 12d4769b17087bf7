package io.twinstream.schemas.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells whether a folder takes files. It tries, rather than reads the text of an exception, which is the system's own, in its
 * user's language.
 */
public final class FolderSpace {
    private static final String TRIAL = ".twinstream-trial";

    private FolderSpace() {}

    /**
     * Writes a small file and deletes it again; a missing folder is created.
     *
     * @param bytes the room that the disk must have
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
