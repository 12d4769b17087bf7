package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.broker.TemporaryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Imports a small model in all ways that people get wrong, and the models that others published. Each wrong import is refused in
 * one line that says what must be said, and leaves every file and folder as it was, temporary ones included.
 */
public final class ImportRefusals implements AcceptanceCheck {
    private final boolean withOthers;

    /** @param withOthers whether the models of others are there, which come from npm's registry */
    public ImportRefusals(boolean withOthers) {
        this.withOthers = withOthers;
    }

    @Override
    public Result run(Path faces) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create("import-refusals")) {
            Path watched = Path.of(System.getProperty("java.io.tmpdir"));
            WrongImports wrong =
                    new WrongImports(Files.createDirectories(folder.path().resolve("made")));
            List<String> faults = new ArrayList<>();
            long begun = System.nanoTime();
            attempt(wrong.right(), watched, faults);
            List<ImportAttempt> made = wrong.all();
            for (ImportAttempt each : made) {
                attempt(each, watched, faults);
            }
            int kept = made.size() - faults.size();
            String figures = "%d of %d wrong imports refused in one line with cause and mend, and nothing written"
                    .formatted(kept, made.size());
            if (withOthers) {
                figures += others(faces, folder.path(), watched, faults);
            } else {
                figures += "; the models of others weren't tried";
            }
            figures += "; %.0f s".formatted((System.nanoTime() - begun) / 1e9);
            faults.forEach(System.err::println);
            return new Result(faults.isEmpty(), figures);
        }
    }

    private static String others(Path faces, Path folder, Path watched, List<String> faults) throws Exception {
        OthersModels models = new OthersModels(
                Path.of(System.getProperty("twinstream.foreign")),
                faces,
                Files.createDirectories(folder.resolve("others")));
        List<ImportAttempt> attempts = models.all();
        int before = faults.size();
        for (ImportAttempt each : attempts) {
            attempt(each, watched, faults);
        }
        int right = attempts.size() - (faults.size() - before);
        models.untried().forEach(each -> faults.add("UNTRIED: " + each));
        long taken = attempts.stream().filter(each -> each.reason().isEmpty()).count();
        return "; of the models of others %d of %d attempts were answered rightly: %d to be taken, %d to be refused"
                .formatted(right, attempts.size(), taken, attempts.size() - taken);
    }

    private static void attempt(ImportAttempt attempt, Path watched, List<String> faults) throws Exception {
        String fault = attempt.fault(watched);
        if (!fault.isEmpty()) {
            faults.add("NOT AS EXPECTED: %s: %s".formatted(attempt.name(), fault));
        }
    }
}
