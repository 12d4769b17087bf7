package io.twinstream.deploy.cli.console;

import java.nio.file.Files;
import java.nio.file.Path;

/** Checks the file that a report is to be written to. */
public final class ReportFile {
    private ReportFile() {}

    /** Refuses a file that could not be written, before the measurement is made for nothing. */
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
