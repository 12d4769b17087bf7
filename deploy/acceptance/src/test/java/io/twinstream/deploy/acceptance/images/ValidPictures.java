package io.twinstream.deploy.acceptance.images;

import io.twinstream.deploy.acceptance.images.PictureWorkshop.Made;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.broker.TemporaryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Judges valid pictures of every kind that {@link PictureKinds} lists, made on the spot by foreign programs: each is decoded,
 * whole and for a model's input, to what djpeg or ImageMagick make of it, and judged by a real verifier, by topic and by HTTP.
 * Then come the shared files, each of which has an answer of its own.
 */
public final class ValidPictures implements AcceptanceCheck {
    private static final int LEAST = 5_000;
    private static final int THREADS = 2;

    private final int perKind;

    public ValidPictures() {
        this(0);
    }

    /** Makes so many pictures of each kind; 0 for as many as the promise takes. */
    public ValidPictures(int perKind) {
        this.perKind = perKind;
    }

    @Override
    public Result run(Path folder) throws Exception {
        Path work = Path.of(System.getProperty("twinstream.pictures", "deploy/acceptance/target/pictures"))
                .toAbsolutePath();
        if (Files.isDirectory(work)) {
            new TemporaryFolder(work).close();
        }
        Files.createDirectories(work);
        PictureSources sources = new PictureSources(folder);
        long start = System.nanoTime();
        List<Made> made = make(work, sources);
        double seconds = (System.nanoTime() - start) / 1e9;
        print(made);
        long refused = made.stream().filter(Made::refused).count();
        long wrong = made.stream().filter(each -> !each.fault().isEmpty()).count();
        double levels = made.stream().mapToDouble(Made::levels).max().orElse(0);
        double reducedLevels =
                made.stream().mapToDouble(Made::reducedLevels).max().orElse(0);
        List<Result> results = new ArrayList<>();
        results.add(new Result(
                wrong == 0 && (perKind > 0 || made.size() >= LEAST),
                "%d pictures of %d kinds, made of %d drawings and %d coloured scenes in %.0f s: %d refused, %d wrong in all; means differ by at most %.2f levels, inputs of 48 x 48 whole and reduced by %.2f"
                        .formatted(
                                made.size(),
                                made.stream()
                                        .map(each -> each.kind().name())
                                        .distinct()
                                        .count(),
                                sources.drawingCount(),
                                sources.sceneCount(),
                                seconds,
                                refused,
                                wrong,
                                levels,
                                reducedLevels)));
        System.err.println(results.get(0).figures());
        results.add(new PicturesAtWork().judge(made));
        System.err.println(results.get(1).figures());
        Path shared = Path.of(System.getProperty("twinstream.shared.pictures", "../shared/data/pictures"));
        results.add(
                Files.isDirectory(shared)
                        ? new SharedPictures(shared).judge()
                        : new Result(true, "the shared files aren't here: set PICTURES to a folder that holds them"));
        for (Made each : made) {
            if (each.fault().isEmpty() && each.file() != null) {
                Files.delete(each.file());
            }
        }
        if (wrong > 0) {
            System.err.println("what failed lies in " + work);
        }
        return new Result(
                results.stream().allMatch(Result::kept),
                results.stream().map(Result::figures).collect(Collectors.joining("; ")));
    }

    private List<Made> make(Path work, PictureSources sources) throws Exception {
        // For whoever mends one kind.
        String only = System.getProperty("twinstream.kinds", "");
        List<PictureKind> kinds = PictureKinds.all().stream()
                .filter(kind -> kind.name().contains(only))
                .toList();
        int each = perKind > 0 ? perKind : LEAST / kinds.size() + 1;
        List<Made> made = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (PictureWorkshop workshop = new PictureWorkshop(work, sources)) {
            List<Future<List<Made>>> all = new ArrayList<>();
            for (int i = 0; i < kinds.size(); i++) {
                int number = i;
                all.add(threads.submit(() -> workshop.make(kinds.get(number), number, each)));
            }
            for (Future<List<Made>> one : all) {
                made.addAll(one.get());
            }
        } finally {
            threads.shutdownNow();
        }
        return made;
    }

    /** Prints every kind with its counts, and an example of what is wrong with it. */
    private static void print(List<Made> made) {
        Map<String, List<Made>> byKind = new LinkedHashMap<>();
        made.forEach(each -> byKind.computeIfAbsent(each.kind().name(), name -> new ArrayList<>())
                .add(each));
        System.err.printf("%-60s %5s %7s %5s %6s %7s%n", "kind", "made", "refused", "wrong", "levels", "reduced");
        byKind.forEach((name, all) -> {
            List<Made> wrong =
                    all.stream().filter(each -> !each.fault().isEmpty()).toList();
            System.err.printf(
                    "%-60s %5d %7d %5d %6.2f %7.2f%s%n",
                    name,
                    all.size(),
                    all.stream().filter(Made::refused).count(),
                    wrong.size(),
                    all.stream().mapToDouble(Made::levels).max().orElse(0),
                    all.stream().mapToDouble(Made::reducedLevels).max().orElse(0),
                    wrong.isEmpty()
                            ? ""
                            : "  %s: %s"
                                    .formatted(
                                            wrong.get(0).file() == null
                                                    ? wrong.get(0).number()
                                                    : wrong.get(0).file().getFileName(),
                                            wrong.get(0).fault()));
        });
    }
}
