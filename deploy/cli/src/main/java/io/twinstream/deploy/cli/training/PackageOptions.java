package io.twinstream.deploy.cli.training;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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

    /** Prints what was written, its measures and what its thresholds rest on; as JSON one object. */
    void print(Output output, boolean json, Manifest manifest) {
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("file", out.toString());
            fields.put("name", manifest.name());
            fields.put("version", manifest.version());
            fields.put("parent", Objects.requireNonNullElse(manifest.parent(), ""));
            fields.put("imported", manifest.imported());
            fields.put("embeddingLength", manifest.embeddingLength());
            fields.put("lowestFmr", manifest.fmrTable().lowestFmr());
            manifest.lookAlikes().ifPresent(table -> fields.put("lowestLookAlikeFmr", table.lowestFmr()));
            fields.put("evaluation", manifest.evaluation());
            fields.put("warnings", ThresholdBasis.warnings(manifest));
            output.json(fields);
            return;
        }
        output.println("%s: %s %s, %s"
                .formatted(out, manifest.name(), manifest.version(), DomainCommand.line(manifest.domain())));
        ThresholdLines.of(manifest).forEach(output::println);
        printMeasures(output, manifest.evaluation());
    }

    /** Prints a line for each measure but the rows of tables. */
    static void printMeasures(Output output, Map<String, Double> evaluation) {
        Impostors.withoutThresholds(evaluation)
                .forEach((measure, value) -> output.println("%-28s %s".formatted(measure, value)));
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
