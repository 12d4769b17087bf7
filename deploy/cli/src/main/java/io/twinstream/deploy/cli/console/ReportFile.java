package io.twinstream.deploy.cli.console;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where a report goes. */
public final class ReportFile {
    private ReportFile() {}

    /** Said before the measurement, not after it. */
    public static void requireWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
            throw new CommandException(ExitCodes.USAGE, "--report must name a file in an existing folder, was " + file);
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new CommandException(ExitCodes.USAGE, "--report must name a file that can be written, was " + file);
        }
    }
}
