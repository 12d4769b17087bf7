package io.twinstream.deploy.acceptance.images;

import io.twinstream.deploy.acceptance.images.PictureKind.Source;
import io.twinstream.deploy.acceptance.images.PictureSources.Form;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Command;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/**
 * Sends pictures as a camera stores them that was held turned or mirrored, in all eight orientations of EXIF and four formats,
 * as probe and as reference: each gets the verdict of the same picture stored upright without a word about its orientation.
 * Where nothing is lost in the format the score is the same too; in JPEG and lossy WebP, whose blocks lie otherwise in a turned
 * picture, it is close.
 */
public final class Orientations implements AcceptanceCheck {
    private static final int PICTURES = 50;
    private static final int ORIENTATIONS = 8;
    private static final int WIDTH = 152;
    private static final int HEIGHT = 211;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final double SAME = 1e-6;
    /**
     * Largest difference of scores, which are 0 to 1: turned blocks lose other details, and the outcome is the same all the
     * same.
     */
    private static final double CLOSE = 0.05;

    /** Says how a picture is stored with its orientation, or without any for 0. */
    private enum Format {
        JPEG(false) {
            @Override
            byte[] file(BufferedImage stored, int number, int orientation, Path work) throws IOException {
                byte[] jpeg = JavaPictures.jpeg(new Source(stored, QUALITY_96), Form.GRAY, false, 0);
                byte[] bare = PictureEdits.withoutSegments(jpeg, 0xe0);
                return orientation == 0 ? jpeg : PictureEdits.withExif(bare, exif(number, orientation));
            }
        },
        PNG(true) {
            @Override
            byte[] file(BufferedImage stored, int number, int orientation, Path work) throws IOException {
                byte[] png = png(stored);
                return orientation == 0 ? png : PictureEdits.withChunk(png, "IDAT", "eXIf", exif(number, orientation));
            }
        },
        WEBP(true) {
            @Override
            byte[] file(BufferedImage stored, int number, int orientation, Path work) throws Exception {
                return webp(stored, number, orientation, work, "-lossless");
            }
        },
        LOSSY_WEBP(false) {
            @Override
            byte[] file(BufferedImage stored, int number, int orientation, Path work) throws Exception {
                return webp(stored, number, orientation, work, "-q 90");
            }
        },
        TIFF(true) {
            @Override
            byte[] file(BufferedImage stored, int number, int orientation, Path work) throws Exception {
                Path png = Files.write(work.resolve("picture.png"), png(stored));
                Path tiff = work.resolve("picture.tif");
                Command.run(
                        "convert",
                        png.toString(),
                        "-orient",
                        PictureKind.ORIENTATIONS.get(orientation),
                        "-compress",
                        number % 2 == 0 ? "LZW" : "Zip",
                        "-endian",
                        number % 3 == 0 ? "MSB" : "LSB",
                        tiff.toString());
                return Files.readAllBytes(tiff);
            }
        };

        /** Number of a picture that {@link JavaPictures} writes at a quality of 96. */
        private static final int QUALITY_96 = 50;

        final boolean lossless;

        Format(boolean lossless) {
            this.lossless = lossless;
        }

        abstract byte[] file(BufferedImage stored, int number, int orientation, Path work) throws Exception;

        private static byte[] exif(int number, int orientation) {
            return PictureEdits.exif(orientation, number % 2 == 0);
        }

        private static byte[] png(BufferedImage image) throws IOException {
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(image, "png", png);
            return png.toByteArray();
        }

        private static byte[] webp(BufferedImage stored, int number, int orientation, Path work, String how)
                throws Exception {
            Path png = Files.write(work.resolve("picture.png"), png(stored));
            Path webp = work.resolve("picture.webp");
            List<String> command = new ArrayList<>(List.of("cwebp", "-quiet"));
            command.addAll(List.of(how.split(" ")));
            command.addAll(List.of(png.toString(), "-o", webp.toString()));
            Command.run(command);
            byte[] file = Files.readAllBytes(webp);
            return orientation == 0
                    ? file
                    : JavaPictures.withWebpChunks(file, stored, false, exif(number, orientation), null);
        }
    }

    private final Map<String, Integer> mistakes = new TreeMap<>();

    @Override
    public Result run(Path folder) throws Exception {
        List<byte[][]> hands = hands(folder);
        try (Rig rig = new Rig();
                TemporaryFolder work = TemporaryFolder.create("orientation")) {
            Topics topics = rig.createTopics("orientation");
            int pictures = 0;
            for (Format format : Format.values()) {
                for (int i = 0; i < PICTURES; i++) {
                    BufferedImage upright = gray(hands.get(i)[0]);
                    // Every other one shows a stranger.
                    byte[] other = hands.get((i + i % 2) % PICTURES)[1];
                    for (int orientation = 0; orientation <= ORIENTATIONS; orientation++) {
                        String name = "%s %d %d".formatted(format, i, orientation);
                        byte[] file = format.file(stored(upright, orientation), i, orientation, work.path());
                        rig.pair(topics, "probe " + name, file, other);
                        rig.enrol(topics, name, "reference", file);
                        rig.claim(topics, "reference " + name, other, name);
                        pictures++;
                    }
                }
            }
            rig.flush();
            System.err.printf("%d pictures made%n", pictures);
            try (VerifierService verifier = Rig.verifier(rig.settings("orientation"), pictures);
                    TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                answers.await(2 * pictures, LIMIT);
                return judge(answers, pictures, verifier.status().get("state"));
            }
        }
    }

    private Result judge(TopicAnswers answers, int pictures, Object state) {
        double farthest = 0;
        int verdicts = 0;
        int matches = 0;
        for (Format format : Format.values()) {
            for (int i = 0; i < PICTURES; i++) {
                for (String as : List.of("probe", "reference")) {
                    Verdict upright = answers.verdicts().get("%s %s %d 0".formatted(as, format, i));
                    for (int orientation = 1; orientation <= ORIENTATIONS; orientation++) {
                        Verdict turned = answers.verdicts().get("%s %s %d %d".formatted(as, format, i, orientation));
                        if (upright == null
                                || turned == null
                                || upright.getScore() == null
                                || turned.getScore() == null) {
                            mistake("%s as %s, orientation %d: not judged".formatted(format, as, orientation));
                            continue;
                        }
                        verdicts++;
                        matches += turned.getOutcome() == Outcome.MATCH ? 1 : 0;
                        double difference = Math.abs(upright.getScore() - turned.getScore());
                        farthest = format.lossless ? farthest : Math.max(farthest, difference);
                        if (turned.getOutcome() != upright.getOutcome()) {
                            mistake("%s as %s, orientation %d: another verdict".formatted(format, as, orientation));
                        } else if (difference > (format.lossless ? SAME : CLOSE)) {
                            mistake("%s as %s, orientation %d: another score".formatted(format, as, orientation));
                        }
                    }
                }
            }
        }
        mistakes.forEach((what, count) -> System.err.printf("%s: %d%n", what, count));
        int wrong = mistakes.values().stream().mapToInt(Integer::intValue).sum();
        int expected = 2 * ORIENTATIONS * PICTURES * Format.values().length;
        return new Result(
                wrong == 0 && verdicts == expected && answers.deadLetters().isEmpty(),
                "%d pictures of %d drawings in %d orientations and %d formats, each as probe and as reference: %d of %d verdicts decided, %d of them matches, %d unlike that of the upright picture, scores the same within %.6f, in lossy formats within %.4f (at most %.2f), %d dead letters, verifier %s"
                        .formatted(
                                pictures,
                                PICTURES,
                                ORIENTATIONS,
                                Format.values().length,
                                verdicts,
                                expected,
                                matches,
                                wrong,
                                SAME,
                                farthest,
                                CLOSE,
                                answers.deadLetters().size(),
                                state));
    }

    private void mistake(String what) {
        mistakes.merge(what, 1, Integer::sum);
    }

    /** Returns characters by two hands each: those of the folder, or generated ones where it holds none. */
    private static List<byte[][]> hands(Path folder) throws IOException {
        List<byte[][]> hands = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            for (List<Images.Drawing> drawings : Images.read(folder).bySubject().values()) {
                if (drawings.size() > 1 && hands.size() < PICTURES) {
                    hands.add(
                            new byte[][] {drawings.get(0).png(), drawings.get(1).png()});
                }
            }
        }
        DrawnCharacters drawn = new DrawnCharacters(21);
        while (hands.size() < PICTURES) {
            hands.add(new byte[][] {drawn.png(hands.size(), 0), drawn.png(hands.size(), 1)});
        }
        return hands;
    }

    /** Returns a gray picture that is higher than wide, so that exchanged sides show. */
    private static BufferedImage gray(byte[] png) throws IOException {
        BufferedImage drawing = ImageIO.read(new ByteArrayInputStream(png));
        BufferedImage gray = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
        gray.getGraphics().drawImage(drawing, 0, 0, WIDTH, HEIGHT, null);
        return gray;
    }

    /**
     * Returns the picture as it is stored: EXIF 2.32, 4.6.4, says where its first row and its first column lie in what a person
     * sees.
     */
    private static BufferedImage stored(BufferedImage seen, int orientation) {
        boolean turned = orientation > 4;
        int right = seen.getWidth() - 1;
        int bottom = seen.getHeight() - 1;
        BufferedImage stored = new BufferedImage(
                turned ? seen.getHeight() : seen.getWidth(),
                turned ? seen.getWidth() : seen.getHeight(),
                BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < stored.getHeight(); y++) {
            for (int x = 0; x < stored.getWidth(); x++) {
                int sample = switch (orientation) {
                    case 2 -> at(seen, right - x, y);
                    case 3 -> at(seen, right - x, bottom - y);
                    case 4 -> at(seen, x, bottom - y);
                    case 5 -> at(seen, y, x);
                    case 6 -> at(seen, right - y, x);
                    case 7 -> at(seen, right - y, bottom - x);
                    case 8 -> at(seen, y, bottom - x);
                    default -> at(seen, x, y);
                };
                stored.getRaster().setSample(x, y, 0, sample);
            }
        }
        return stored;
    }

    private static int at(BufferedImage image, int x, int y) {
        return image.getRaster().getSample(x, y, 0);
    }
}
