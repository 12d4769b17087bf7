package io.twinstream.deploy.acceptance.speed;

import io.twinstream.deploy.acceptance.faces.FaceModels;
import io.twinstream.deploy.acceptance.faces.FaceModels.Detector;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.bench.Bench;
import io.twinstream.deploy.bench.BenchOptions;
import io.twinstream.deploy.bench.BenchReport;
import io.twinstream.deploy.bench.Workload;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.foreign.Onnx;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.settings.VerifierSettings;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Measures a model with a locator: the pipeline beside a plain loop that locates, embeds and identifies; what locating takes; and
 * what a picture costs that comes with its region. What locating takes is the difference that a region makes to a package
 * whose embedder is a mean of squares, since that of the faces would hide it. Both sides take turns.
 */
public final class Locating implements AcceptanceCheck {
    private static final double LEAST_OF_RAW = 0.9;
    private static final double MOST_MILLIS = 1.5;
    private static final double MOST_OF_PROBE = 1;
    private static final int PEOPLE = 20;
    private static final int PROBES = 180;
    private static final int BATCH = 16;
    private static final int ROUNDS = 31;
    private static final int SQUARE = 28;
    private static final int PHOTOGRAPH_WIDTH = 640;
    private static final int PHOTOGRAPH_HEIGHT = 480;
    private static final ModelId FACES = new ModelId("faces", "1");
    private static final ModelId SQUARES = new ModelId("squares", "1");
    private static final BenchOptions OPTIONS = new BenchOptions(1_500, PEOPLE, 5, Duration.ofSeconds(60));

    @Override
    public Result run(Path faces) throws Exception {
        ImageSet images = ImageSet.read(faces, 3);
        FaceModels models = new FaceModels();
        try (TemporaryFolder folder = TemporaryFolder.create("locating")) {
            Path file = Files.write(
                    folder.path().resolve("faces.zip"), models.aligned(FACES, faces, null, Detector.FRONT, null));
            Path graph = squares().write(folder.path().resolve("squares.onnx"));
            ModelPackage squares = PackageArchive.read(
                    models.aligned(graph, SQUARES, faces, null, Detector.FRONT, null), SQUARES.toString());
            List<Picture> pictures = images.classes().stream()
                    .flatMap(each -> each.images().stream())
                    .map(DecodedImage::picture)
                    .toList();
            Cost small = Cost.of(squares, pictures);
            Cost large =
                    Cost.of(squares, pictures.stream().map(Locating::photograph).toList());
            Cost whole = Cost.of(PackageArchive.read(file), pictures);
            System.err.printf("located small %s, large %s, with the faces' embedder %s%n", small, large, whole);
            BenchReport report = new Bench(
                            Map.of(VerifierSettings.MODEL, file.toString()),
                            OPTIONS,
                            Workload.of(images, PEOPLE, PROBES),
                            System.err::println)
                    .run();
            System.err.println(report.text());
            boolean kept = report.pipelineToRaw() >= LEAST_OF_RAW
                    && small.locatingMillis() <= MOST_MILLIS
                    && whole.withRegion() <= MOST_OF_PROBE * whole.without();
            return new Result(
                    kept,
                    "pipeline %.2f of raw (%.0f of %.0f probes/s, batches of %d); locating %.2f ms of one core for %d x %d pixels, %.2f ms for %d x %d; a picture with its region costs %.2f ms, without %.2f ms"
                            .formatted(
                                    report.pipelineToRaw(),
                                    report.pipeline().probesPerSecond(),
                                    report.raw().probesPerSecond(),
                                    report.raw().batch(),
                                    small.locatingMillis(),
                                    pictures.get(0).width(),
                                    pictures.get(0).height(),
                                    large.locatingMillis(),
                                    PHOTOGRAPH_WIDTH,
                                    PHOTOGRAPH_HEIGHT,
                                    whole.withRegion(),
                                    whole.without()));
        }
    }

    /** Returns an embedder that takes what the faces' one takes, and next to no time. */
    private static Onnx squares() {
        int side = FaceModels.SIDE / SQUARE;
        return new Onnx()
                .input("input", Onnx.FLOAT, 1, 3, FaceModels.SIDE, FaceModels.SIDE)
                .node(
                        "AveragePool",
                        List.of("input"),
                        "pooled",
                        Onnx.integers("kernel_shape", SQUARE, SQUARE),
                        Onnx.integers("strides", SQUARE, SQUARE))
                .node("Flatten", List.of("pooled"), "output")
                .output("output", Onnx.FLOAT, 1, 3L * side * side);
    }

    /** Returns a face as a photograph shows it, at four times its size before a gray wall. */
    private static Picture photograph(Picture face) {
        int times = PHOTOGRAPH_HEIGHT / face.height();
        int left = (PHOTOGRAPH_WIDTH - times * face.width()) / 2;
        byte[] samples = new byte[3 * PHOTOGRAPH_WIDTH * PHOTOGRAPH_HEIGHT];
        Arrays.fill(samples, (byte) 128);
        for (int y = 0; y < times * face.height(); y++) {
            for (int x = 0; x < times * face.width(); x++) {
                System.arraycopy(
                        face.samples(),
                        3 * (y / times * face.width() + x / times),
                        samples,
                        3 * (y * PHOTOGRAPH_WIDTH + left + x),
                        3);
            }
        }
        return new Picture(PHOTOGRAPH_WIDTH, PHOTOGRAPH_HEIGHT, 3, samples);
    }

    /**
     * A cost is what one picture takes of one core, in milliseconds: the median of rounds.
     *
     * @param without where it is located
     * @param withRegion where it comes with its region
     * @param locatingMillis the median of the differences
     */
    private record Cost(double without, double withRegion, double locatingMillis) {
        static Cost of(ModelPackage model, List<Picture> pictures) {
            try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
                List<Picture> shown = new ArrayList<>();
                List<Region> regions = new ArrayList<>();
                for (int i = 0; i < pictures.size() && shown.size() < BATCH; i += pictures.size() / BATCH) {
                    List<Region> found =
                            embedder.checkAll(List.of(pictures.get(i))).regions(0);
                    if (!found.isEmpty()) {
                        shown.add(pictures.get(i));
                        regions.add(found.get(0));
                    }
                }
                EmbedBatch batch = embedder.newBatch(shown.size());
                Runnable toLocate = () -> shown.forEach(batch::add);
                Runnable withRegions = () -> {
                    for (int i = 0; i < shown.size(); i++) {
                        batch.add(shown.get(i), regions.get(i));
                    }
                };
                double[] without = new double[ROUNDS];
                double[] with = new double[ROUNDS];
                double[] locating = new double[ROUNDS];
                // The first rounds run while what they run is compiled.
                for (int round = -ROUNDS; round < ROUNDS; round++) {
                    boolean locatedFirst = round % 2 == 0;
                    double early = locatedFirst ? millis(toLocate, batch) : 0;
                    double given = millis(withRegions, batch) / shown.size();
                    double located = (locatedFirst ? early : millis(toLocate, batch)) / shown.size();
                    if (round >= 0) {
                        without[round] = located;
                        with[round] = given;
                        locating[round] = located - given;
                    }
                }
                return new Cost(median(without), median(with), median(locating));
            }
        }

        private static double millis(Runnable adding, EmbedBatch batch) {
            long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            adding.run();
            float[][] embeddings = batch.run();
            if (Arrays.stream(embeddings).anyMatch(each -> each.length == 0)) {
                throw new IllegalStateException("a picture gave no embedding");
            }
            return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun) / 1e6;
        }

        private static double median(double[] values) {
            Arrays.sort(values);
            return values[values.length / 2];
        }
    }
}
