package io.twinstream.deploy.cli.training;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import picocli.CommandLine.Option;

/** These options say where a command writes a model package. */
final class PackageOptions {
    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "File that the model package is written to.")
    private Path out = Path.of("");

    @Option(names = "--overwrite", description = "Replace the file that is at --out.")
    private boolean overwrite;

    Path file() {
        return out;
    }

    /** Refuses a file that could not be written, before the work is done for nothing. */
    void requireWritable() {
        Path folder = out.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(out)) {
            throw new CommandException(ExitCodes.USAGE, "--out must name a file in an existing folder, was " + out);
        }
        if (!overwrite && Files.exists(out)) {
            throw new CommandException(
                    ExitCodes.USAGE, "--out %s exists: name another file, or add --overwrite".formatted(out));
        }
    }

    /** Writes the package as a whole: whoever reads the file meanwhile, or after a crash, finds all of it or none. */
    void write(byte[] archive) throws IOException {
        Path part = out.resolveSibling(out.getFileName() + ".part");
        try {
            Files.write(part, archive);
            Files.move(part, out, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
