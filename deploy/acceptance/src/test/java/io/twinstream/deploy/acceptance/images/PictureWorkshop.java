package io.twinstream.deploy.acceptance.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.images.PictureKind.Source;
import io.twinstream.deploy.acceptance.images.PictureSources.Form;
import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Makes pictures of a kind in a folder, and compares what the decoder makes of them with what a foreign program does. It is for
 * many threads.
 */
final class PictureWorkshop implements AutoCloseable {
    private static final double MOST_LEVELS = 2;
    private static final int SIDE = 48;
    private static final ImageLimits LIMITS = new ImageLimits(16 << 20, 1 << 24, 8);
    private static final int[] SMALL = {64, 65, 71, 79, 97, 100, 105, 113, 127, 128, 150, 200, 210, 255};
    private static final int[] MIDDLE = {256, 300, 333, 400, 480, 511, 600, 640};
    private static final int[] LARGE = {768, 799, 1000, 1080, 1500, 1920, 2000};
    /** Longest side of files that hold all their samples as they are. */
    private static final int MOST_PLAIN_SIDE = 800;

    /**
     * Holds what came of one picture. Levels are means of differences, and those of reduced decoding are of the model's input.
     */
    record Made(
            PictureKind kind,
            int number,
            @Nullable Path file,
            String fault,
            boolean refused,
            double levels,
            double reducedLevels) {}

    private final Path folder;
    private final PictureSources sources;
    private final Path profile;
    private final Path exif;
    private final String convert;

    PictureWorkshop(Path folder, PictureSources sources) throws IOException {
        this.folder = folder;
        this.sources = sources;
        this.profile = Files.write(folder.resolve("profile.icc"), PictureEdits.profile(false));
        this.exif = Files.write(folder.resolve("exif"), PictureEdits.exif(6, true));
        // Debian's own name of it, where others may shadow the short one.
        this.convert = Files.isExecutable(Path.of("/usr/bin/convert-im6.q16")) ? "/usr/bin/convert-im6.q16" : "convert";
    }

    List<Made> make(PictureKind kind, int kindNumber, int count) throws Exception {
        ImageDecoder decoder = new ImageDecoder(LIMITS);
        List<Made> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(make(kind, new Random(31L * kindNumber + i), 1000 * kindNumber + i, i, decoder));
        }
        return made;
    }

    private Made make(PictureKind kind, Random random, int id, int number, ImageDecoder decoder) throws Exception {
        int width = side(kind, random);
        int height = random.nextInt(3) == 0 ? width : Math.min(2 * width, side(kind, random));
        Path file = folder.resolve("%06d.%s".formatted(id, kind.extension()));
        Path in = folder.resolve("%06d.source.%s".formatted(id, kind.form().extension));
        int picture = id * 7 + number;
        Files.write(in, sources.file(kind.form(), picture, width, height));
        Map<String, String> names = new LinkedHashMap<>();
        names.put("in", in.toString());
        names.put("out", file.toString());
        names.put("t", folder.resolve("%06d".formatted(id)).toString());
        names.put("q", Integer.toString(30 + random.nextInt(71)));
        names.put("i", Integer.toString(number));
        names.put("w", Integer.toString(width));
        names.put("h", Integer.toString(height));
        names.put("ground", kind.ground());
        names.put("orientation", PictureKind.ORIENTATIONS.get(1 + number % 8));
        names.put("convert", convert);
        names.put("profile", profile.toString());
        names.put("exif", exif.toString());
        names.put("MAGICK_THREAD_LIMIT", "1");
        names.put("o", kind.options().get(number % kind.options().size()));
        try {
            if (!kind.recipe().isEmpty()) {
                shell(kind.recipe(), names);
            }
            Source source = new Source(sources.picture(kind.form(), picture, width, height), number);
            byte[] plain = kind.recipe().isEmpty() ? new byte[0] : Files.readAllBytes(file);
            byte[] encoded = kind.edit().of(plain, source);
            if (plain != encoded) {
                Files.write(file, encoded);
            }
            ForeignPicture right = ForeignPicture.ofPnm(shell(kind.judge(), names));
            return compare(kind, number, file, encoded, right, decoder);
        } catch (IOException | RuntimeException e) {
            return new Made(kind, number, null, "not made: " + e.getMessage(), false, 0, 0);
        } finally {
            clean(id, file);
        }
    }

    private void clean(int id, Path file) throws IOException {
        try (var left = Files.newDirectoryStream(folder, "%06d*".formatted(id))) {
            for (Path each : left) {
                if (!each.equals(file)) {
                    Files.delete(each);
                }
            }
        }
    }

    private static int side(PictureKind kind, Random random) {
        int kindOfSide = random.nextInt(100);
        int[] sides = kindOfSide < 72 ? SMALL : kindOfSide < 95 ? MIDDLE : LARGE;
        int side = sides[random.nextInt(sides.length)];
        boolean plain = kind.extension().equals("tif")
                || kind.extension().equals("bmp")
                || kind.form() == Form.COLOR16
                || kind.form() == Form.GRAY16;
        return plain ? Math.min(MOST_PLAIN_SIDE, side) : side;
    }

    private static Made compare(
            PictureKind kind, int number, Path file, byte[] encoded, ForeignPicture right, ImageDecoder decoder) {
        double levels = 0;
        double reducedLevels = 0;
        for (int channels : new int[] {1, 3}) {
            InputSpec input = new InputSpec(SIDE, SIDE, channels, true);
            Decoded whole = decoder.decode(encoded, channels);
            Decoded reduced = decoder.decode(encoded, input);
            if (!(whole instanceof Picture wholePicture)) {
                return new Made(kind, number, file, ((Undecodable) whole).reason(), true, 0, 0);
            } else if (!(reduced instanceof Picture reducedPicture)) {
                return new Made(kind, number, file, "reduced: " + ((Undecodable) reduced).reason(), true, 0, 0);
            } else {
                levels = Math.max(levels, right.differenceFrom(wholePicture));
                reducedLevels = Math.max(reducedLevels, difference(input, wholePicture, reducedPicture));
            }
        }
        String fault = levels > MOST_LEVELS
                ? "differs by %.1f levels".formatted(levels)
                : reducedLevels > MOST_LEVELS ? "reduced differs by %.1f levels".formatted(reducedLevels) : "";
        return new Made(kind, number, file, fault, false, levels, reducedLevels);
    }

    private static double difference(InputSpec input, Picture one, Picture other) {
        float[] first = new float[input.length()];
        float[] second = new float[input.length()];
        new Preprocessor(input).write(one, FloatBuffer.wrap(first));
        new Preprocessor(input).write(other, FloatBuffer.wrap(second));
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += Math.abs(first[i] - second[i]);
        }
        return 255 * sum / first.length;
    }

    /** Returns what a line of shell writes; its errors become the failure's words. */
    private static byte[] shell(String line, Map<String, String> names) throws IOException, InterruptedException {
        Path errors = Path.of(names.get("t") + ".errors");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", line).redirectError(errors.toFile());
        builder.environment().putAll(names);
        Process process = builder.start();
        process.getOutputStream().close();
        byte[] output = process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new IOException("%s: exit %d: %s"
                    .formatted(
                            line,
                            process.exitValue(),
                            Files.readString(errors, UTF_8).strip()));
        }
        return output;
    }

    @Override
    public void close() throws IOException {
        Files.delete(profile);
        Files.delete(exif);
    }
}
