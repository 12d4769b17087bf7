package io.twinstream.deploy.cli.images;

import io.twinstream.ingest.cli.ImageSources;
import io.twinstream.ingest.cli.Subjects;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Says whom images show, by the two options that several commands have for it. */
final class SubjectOptions {
    static final String BY =
            "What each image's subject is named after: the folder that holds it, the file, or the topmost folder below "
                    + "PATH. By default the folder, if each image lies one folder below PATH; else nothing is sent and the "
                    + "choices are named.";

    private SubjectOptions() {}

    /** Returns whom the images show. It refuses two answers, and none where one is needed. */
    static Subjects subjects(
            @Nullable CommandSpec spec, ImageSources images, @Nullable String subject, Subjects.@Nullable NamedAfter by)
            throws IOException, InterruptedException {
        if (subject != null && by != null) {
            throw new ParameterException(
                    Objects.requireNonNull(spec, "spec").commandLine(), "--subject and --by are two answers: give one");
        }
        return Subjects.of(images, Optional.ofNullable(subject), Optional.ofNullable(by));
    }
}
