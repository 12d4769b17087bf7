package io.twinstream.deploy.cli.images;

import io.twinstream.ingest.bulk.ImageSources;
import io.twinstream.ingest.bulk.Subjects;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** These options say whom images show. */
final class SubjectOptions {
    @Option(names = "--subject", description = "The subject that all images show.")
    private @Nullable String subject;

    @Option(
            names = "--by",
            paramLabel = "folder|file|top",
            description =
                    "What each image's subject is named after: the folder that holds it, the file, or the topmost folder below "
                            + "PATH. By default the folder, if each image lies one folder below PATH; else nothing is sent and the "
                            + "choices are named.")
    private Subjects.@Nullable NamedAfter by;

    /** Returns whom the images show. It refuses two answers, and none where one is needed. */
    Subjects of(@Nullable CommandSpec spec, ImageSources images) throws IOException, InterruptedException {
        if (subject != null && by != null) {
            throw new ParameterException(
                    Objects.requireNonNull(spec, "spec").commandLine(), "--subject and --by are two answers: give one");
        }
        return Subjects.of(images, Optional.ofNullable(subject), Optional.ofNullable(by));
    }
}
