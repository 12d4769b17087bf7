package io.twinstream.deploy.acceptance.models;

import ai.onnxruntime.OrtException;
import io.twinstream.trainer.foreign.Colours;
import io.twinstream.trainer.foreign.LocatorGraphs;
import io.twinstream.trainer.foreign.Onnx;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Wrong imports are what people get wrong, around one small model. Its owner letterboxes pictures of 48 x 24 to 16 x 16, takes
 * blue first and (sample - 127.5) / 128, and computes golden vectors with plain ONNX Runtime.
 */
final class WrongImports {
    private static final int VECTORS = 5;
    private static final int SIDE = 16;
    private static final int WIDTH = 48;
    private static final int HEIGHT = 24;
    private static final int SHRINK = WIDTH / SIDE;
    private static final int SAMPLES = 3 * SIDE * SIDE;

    private final Path folder;
    private final Path model;
    private final Path golden;
    private final Path validation;
    private final Path locator;
    private final List<float[]> vectors = new ArrayList<>();
    private final List<ImportAttempt> all = new ArrayList<>();

    /** Makes all files in an empty folder. */
    WrongImports(Path folder) throws IOException, OrtException {
        this.folder = folder;
        validation = Colours.write(folder.resolve("validation"), 8, 5, WIDTH, HEIGHT);
        model = embedder().write(folder.resolve("foreign.onnx"));
        locator = Files.write(folder.resolve("locator.onnx"), LocatorGraphs.foreign());
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < VECTORS; i++) {
            BufferedImage picture = Colours.picture(100 + i, 0, WIDTH, HEIGHT);
            ImageIO.write(picture, "png", folder.resolve("g" + i + ".png").toFile());
            vectors.add(Onnx.run(embedder().bytes(), "input", "output", prepared(picture), 1, 3, SIDE, SIDE));
            lines.add(line("g" + i + ".png", vectors.get(i)));
        }
        golden = Files.write(folder.resolve("golden.jsonl"), lines);
    }

    /** Returns the import with nothing wrong in it. */
    ImportAttempt right() {
        return ImportAttempt.taken(
                "the model as its owner runs it",
                Onnx.LENGTH,
                arguments(model, proved("--out", folder.resolve("right.zip").toString())));
    }

    /** Returns all wrong ones. */
    List<ImportAttempt> all() throws IOException {
        preparations();
        graphs();
        weights();
        files();
        options();
        vectors();
        images();
        locators();
        return List.copyOf(all);
    }

    private void preparations() throws IOException {
        refuse("the wrong order of colours", "with --order bgr all 5 agree", with("--order", "rgb"));
        refuse("the wrong scale", "with --mean 127.5 --std 128 all 5 agree", with("--mean", "0", "--std", "255"));
        refuse("no scale at all", "with --mean 127.5 --std 128 all 5 agree", with("--mean", "0", "--std", "1"));
        refuse("the wrong fit", "with --fit letterbox all 5 agree", with("--fit", "stretch"));
        refuse("the wrong resampling", "with --resampling area all 5 agree", with("--resampling", "bilinear"));
        refuse(
                "the wrong order and the wrong scale",
                "with --order bgr --mean 127.5 --std 128 all 5 agree",
                with("--order", "rgb", "--mean", "123.675,116.28,103.53", "--std", "58.395,57.12,57.375"));
        refuse(
                "three things wrong",
                "with --order bgr --mean 127.5 --std 128 --fit letterbox all 5 agree",
                with("--order", "rgb", "--mean", "0", "--std", "1", "--fit", "crop"));
        refuse("the wrong layout", "give --layout nchw", with("--layout", "nhwc"));
        Path free = new Onnx()
                .input("input", Onnx.FLOAT, 0, 0, 0, 0)
                .node("Transpose", List.of("input"), "planes", Onnx.integers("perm", 0, 3, 1, 2))
                .pooled("planes", 3)
                .longs("shape", -1, 48)
                .node("Reshape", List.of("pooled", "shape"), "flat")
                .headed("flat", 3)
                .output("output", Onnx.FLOAT, 0, Onnx.LENGTH)
                .write(folder.resolve("free.onnx"));
        refuse("the wrong layout where no side is fixed", "give --layout nhwc", arguments(free, unproved()));
        List<String> unit = new ArrayList<>();
        for (int i = 0; i < VECTORS; i++) {
            float[] vector = vectors.get(i).clone();
            double length = Math.sqrt(IntStream.range(0, vector.length)
                    .mapToDouble(at -> vector[at] * vector[at])
                    .sum());
            IntStream.range(0, vector.length).forEach(at -> vector[at] /= (float) length);
            unit.add(line("g" + i + ".png", vector));
        }
        Path normalised = Files.write(folder.resolve("normalised.jsonl"), unit);
        refuse("the wrong normalisation", "with --normalise l2 all 5 agree", with("--golden", normalised.toString()));
        List<String> turned = new ArrayList<>();
        for (int i = 0; i < VECTORS; i++) {
            turned.add(line("g" + i + ".png", vectors.get((i + 1) % VECTORS)));
        }
        Path others = Files.write(folder.resolve("others.jsonl"), turned);
        refuse("vectors of other pictures", "other preparations agrees", with("--golden", others.toString()));
    }

    private void graphs() throws IOException {
        Onnx loop = embedder().node("Loop", List.of("output"), "looped");
        refuse("a loop", "holds the control flow Loop", arguments(loop.write(folder.resolve("loop.onnx")), proved()));
        Onnx custom = embedder().domain("ai.example", "Attend", "output", "attended");
        refuse(
                "an operator of its maker's own",
                "operators that ONNX Runtime doesn't have, as ai.example.Attend",
                arguments(custom.write(folder.resolve("custom.onnx")), proved()));
        refuse(
                "an opset that is too new",
                "is of opset 99, and ONNX Runtime takes",
                arguments(embedder().opset(99).write(folder.resolve("new.onnx")), proved()));
        refuse(
                "an opset that is too old",
                "is of opset 5, and ONNX Runtime takes 7 or above",
                arguments(embedder().opset(5).write(folder.resolve("old.onnx")), proved()));
        Onnx map = new Onnx()
                .input("input", Onnx.FLOAT, 1, 3, SIDE, SIDE)
                .pooled("input", 3)
                .output("pooled", Onnx.FLOAT, 1, 3, 4, 4);
        refuse(
                "an output that is no vector",
                "gives no vector of floats for each picture, but pooled [1, 3, 4, 4]",
                arguments(map.write(folder.resolve("map.onnx")), proved()));
        Onnx several = embedder().node("Tanh", List.of("output"), "second").output("second", Onnx.FLOAT, 1, 8);
        Path two = several.write(folder.resolve("several.onnx"));
        refuse(
                "two vectors",
                "gives several vectors, output [1, 8], second [1, 8]: name the embedding by --output",
                arguments(two, proved()));
        refuse("an output that isn't there", "computes no 'third'", arguments(two, proved("--output", "third")));
        Onnx inputs = embedder()
                .input("age", Onnx.FLOAT, 1, 8)
                .node("Add", List.of("output", "age"), "older")
                .output("older", Onnx.FLOAT, 1, 8);
        refuse(
                "two inputs",
                "takes 2 inputs (input [1, 3, 16, 16], age [1, 8])",
                arguments(inputs.write(folder.resolve("inputs.onnx")), proved()));
        Onnx flat = new Onnx()
                .input("input", Onnx.FLOAT, 1, SAMPLES)
                .node("Tanh", List.of("input"), "output")
                .output("output", Onnx.FLOAT, 1, SAMPLES);
        refuse(
                "an input of rows",
                "takes [1, 768], and pictures come as 4 sides",
                arguments(flat.write(folder.resolve("flat.onnx")), proved()));
        Onnx words = new Onnx()
                .input("input", 7, 1, 3, SIDE, SIDE)
                .node("Cast", List.of("input"), "output", Onnx.integer("to", Onnx.FLOAT))
                .output("output", Onnx.FLOAT, 1, 3, SIDE, SIDE);
        refuse(
                "an input of whole numbers",
                "takes numbers of a type that pictures don't come in (INT64)",
                arguments(words.write(folder.resolve("words.onnx")), proved()));
        Onnx constant = embedder()
                .floats("none", new float[] {0}, 1)
                .floats("one", new float[] {1}, 1)
                .node("Mul", List.of("output", "none"), "nothing")
                .node("Add", List.of("nothing", "one"), "same")
                .output("same", Onnx.FLOAT, 1, 8);
        refuse(
                "the same vector for every picture",
                "gives the same vector for different pictures: check --output, --mean and --std",
                arguments(constant.write(folder.resolve("constant.onnx")), unproved("--output", "same")));
        Onnx endless = embedder().node("Log", List.of("output"), "logs").output("logs", Onnx.FLOAT, 1, 8);
        refuse(
                "numbers that aren't finite",
                "gives numbers that aren't finite for common pictures",
                arguments(endless.write(folder.resolve("endless.onnx")), unproved("--output", "logs")));
        Onnx batch = new Onnx()
                .input("input", Onnx.FLOAT, 2, 3, SIDE, SIDE)
                .node("ReduceMean", List.of("input"), "mean", Onnx.integers("axes", 0))
                .node("Sub", List.of("input", "mean"), "apart")
                .longs("shape", 2, SAMPLES)
                .node("Reshape", List.of("apart", "shape"), "output")
                .output("output", Onnx.FLOAT, 2, SAMPLES);
        refuse(
                "a batch that can't be freed",
                "the batch of 2 that batch.onnx was exported with can't be freed",
                arguments(batch.write(folder.resolve("batch.onnx")), proved()));
    }

    private void weights() throws IOException {
        Path beside = folder.resolve("weights.bin");
        refuse(
                "weights outside the folder",
                "and only files in its own folder are read",
                arguments(external("up.onnx", beside, "../weights.bin"), proved()));
        refuse(
                "weights at an absolute path",
                "and only files in its own folder are read",
                arguments(external("absolute.onnx", beside, beside.toString()), proved()));
        Path away = Files.createDirectories(folder.resolve("away"));
        Path linked = external("linked.onnx", folder.resolve("target.bin"), "link.bin");
        Path inside = Files.createDirectories(away.resolve("inside"));
        Files.createSymbolicLink(inside.resolve("link.bin"), folder.resolve("target.bin"));
        refuse(
                "weights behind a link that leads out",
                "and only files in its own folder are read",
                arguments(Files.copy(linked, inside.resolve("linked.onnx")), proved()));
        refuse(
                "weights that weren't copied",
                "keeps its weights in gone.bin, which isn't in its folder: copy it there",
                arguments(external("gone.onnx", beside, "gone.bin"), proved()));
        Path cut = external("cut.onnx", folder.resolve("cut.bin"), "cut.bin");
        Files.write(folder.resolve("cut.bin"), new byte[100]);
        refuse("weights that are cut off", "which has 100 bytes: copy that file whole", arguments(cut, proved()));
    }

    private void files() throws IOException {
        byte[] whole = Files.readAllBytes(model);
        refuse(
                "half a file",
                "is no ONNX file, or only a part of one: export or download it again",
                arguments(file("half.onnx", Arrays.copyOf(whole, whole.length / 2)), proved()));
        refuse("a text", "is text and not a model", arguments(text("text.onnx", "weights: see the wiki"), proved()));
        refuse("nothing", "is empty: export or download it again", arguments(text("empty.onnx", ""), proved()));
        refuse(
                "a web page",
                "is a web page and not a model",
                arguments(text("page.onnx", "<!DOCTYPE html><html></html>"), proved()));
        refuse(
                "a pointer of Git LFS",
                "run 'git lfs pull' where it lies",
                arguments(
                        text("pointer.onnx", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), proved()));
        refuse(
                "a checkpoint of PyTorch",
                "is a zip archive, as PyTorch's checkpoints are",
                arguments(file("model.pt", new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0}), proved()));
        refuse("a folder", "is a folder: name the .onnx file in it", arguments(validation, proved()));
        refuse("a path to nothing", "no ONNX file at", arguments(folder.resolve("none.onnx"), proved()));
    }

    private void options() throws IOException {
        refuse("another size", "give --input 16x16x3", with("--input", "24x24x3"));
        refuse("another number of channels", "give --input 16x16x3", with("--input", "16x16x1", "--order", "gray"));
        refuse("a size that is none", "'16' must be WIDTHxHEIGHT", with("--input", "16"));
        refuse("an order of other channels", "--order gray is of 1 channels", with("--order", "gray"));
        refuse("two means for three channels", "--mean has 2 numbers", with("--mean", "1,2"));
        refuse("a deviation of 0", "std must be positive", with("--std", "0"));
        refuse("a deviation that is no number", "std must be positive", with("--std", "NaN"));
        refuse("a mean without end", "mean must be finite", with("--mean", "Infinity"));
        refuse("a fill beyond white", "fill must be 0 to 255", with("--fill", "256"));
        refuse("a fit that is none", "'--fit'", with("--fit", "squeeze"));
        refuse("a tolerance above 1", "the tolerance must lie above 0 and not above 1", with("--tolerance", "2"));
        refuse("neither vectors nor a reason", "give --golden, or --unproven with a reason", arguments(model, asked()));
        refuse(
                "a reason of blanks",
                "give --golden, or --unproven with a reason",
                arguments(model, unproved("--unproven", " ")));
        refuse("both", "give --golden or --unproven, not both", with("--unproven", "no time"));
        Files.writeString(folder.resolve("there.zip"), "what was here before");
        refuse(
                "a file that is there already",
                "exists: name another file, or add --overwrite",
                with("--out", folder.resolve("there.zip").toString()));
        refuse(
                "a folder that isn't there",
                "--out must name a file in an existing folder",
                with("--out", folder.resolve("none/out.zip").toString()));
        refuse("a name that is none", "a model's name is 1 to 100 of the characters", with("--name", "a/b"));
    }

    private void vectors() throws IOException {
        golden("a vector that is too short", "has 3 numbers, and the model gives 8", line("g0.png", 1, 2, 3));
        golden("a vector of zeros", "line 1 has a vector of zeros", line("g0.png", new float[Onnx.LENGTH]));
        golden(
                "NaN in a vector",
                "or of numbers that aren't finite: make it again",
                line("g0.png", 1, Float.NaN, 3, 4, 5, 6, 7, 8));
        golden("words in a vector", "whose number 1 is none", "{\"image\": \"g0.png\", \"embedding\": [\"1\"]}");
        golden("a picture that isn't there", "names the image gone.png, which isn't there", line("gone.png", 1));
        golden("a line that is no JSON", "line 2 is no JSON", line("g0.png", vectors.get(0)), "g1.png 1 2 3");
        golden("a line without a vector", "line 1 has no image or no embedding", "{\"image\": \"g0.png\"}");
        golden("a file without lines", "holds no golden vectors");
        text("text.png", "no picture");
        golden("a picture that is none", "can't be decoded", line("text.png", vectors.get(0)));
        refuse(
                "vectors that aren't there",
                "no golden vectors at",
                with("--golden", folder.resolve("none.jsonl").toString()));
        npy("numbers of another type", "holds numbers of type <i8", "<i8", "(8,)", 64);
        npy("numbers of another machine", "holds numbers of type >f4", ">f4", "(8,)", 32);
        npy("a file that is cut off", "is cut off or too long for 8 numbers", "<f4", "(8,)", 20);
        npy("two vectors in one file", "has the shape (2, 8), and a vector has (L,) or (1, L)", "<f4", "(2, 8)", 64);
        npy("a vector of another length", "has 4 numbers, and the model gives 8", "<f4", "(4,)", 16);
        Path alone = Files.createDirectories(folder.resolve("alone"));
        Files.write(alone.resolve("a.npy"), npy("<f4", "(8,)", 32));
        refuse(
                "a vector without its picture",
                "has 0 pictures of its name beside it",
                with("--golden", alone.toString()));
        refuse(
                "a vector where a folder of them is needed",
                "name the folder that holds both",
                with("--golden", alone.resolve("a.npy").toString()));
        refuse("a folder without vectors", "holds no golden vectors", with("--golden", validation.toString()));
    }

    private void images() throws IOException {
        validation("images of one class", "class", Colours.write(folder.resolve("single"), 1, 5, WIDTH, HEIGHT));
        validation(
                "one image a class",
                "add another image to each or remove them",
                Colours.write(folder.resolve("lone"), 8, 1, WIDTH, HEIGHT));
        validation("no images", "lay it out as", Files.createDirectories(folder.resolve("bare")));
        validation("images that aren't there", "no folder of images", folder.resolve("nowhere"));
        validation(
                "too few images",
                "impostor pairs are too few to set thresholds, 600 are needed: add validation images",
                Colours.write(folder.resolve("few"), 3, 3, WIDTH, HEIGHT));
        Path broken = Colours.write(folder.resolve("broken"), 8, 5, WIDTH, HEIGHT);
        Files.writeString(broken.resolve("class3/0.png"), "no picture");
        validation("an image that is none", "class3/0.png", broken);
    }

    private void locators() throws IOException {
        locator("a locator that isn't there", "no ONNX file at", folder.resolve("none.onnx"));
        locator("a locator of text", "is text and not a model", folder.resolve("text.onnx"));
        byte[] whole = Files.readAllBytes(locator);
        locator(
                "half a locator",
                "is no ONNX file, or only a part of one",
                file("half-locator.onnx", Arrays.copyOf(whole, whole.length / 2)));
        locator("a locator with a loop", "holds the control flow Loop", folder.resolve("loop.onnx"));
        locator("a locator whose weights lie elsewhere", "only files in its own folder", folder.resolve("up.onnx"));
        locator("a locator of another size", "a locator of 16 x 16 pixels takes", locator, "--locator-input", "16x16");
        locator(
                "a locator in gray",
                "'8x8x1' must be WIDTHxHEIGHT, like 128x128: a locator takes three colours",
                locator,
                "--locator-input",
                "8x8x1");
        locator(
                "an embedder as the locator",
                "a locator of kind boxes and 16 x 16 pixels gives boxes [n, k, 4], scores [n, k]",
                model,
                "--locator-input",
                "16x16");
        locator(
                "another kind of locator",
                "a locator of kind blazeface and 8 x 8 pixels gives classificators",
                locator,
                "--locator-kind",
                "blazeface",
                "--template",
                "0=5:5,1=11:5");
        locator(
                "a locator that finds nothing",
                "the locator finds something in 0 of 40 validation images: look whether its kind, order, mean and std are right, or give a lower --least-score than 0.9999",
                locator,
                "--least-score",
                "0.9999");
        locator("a least score above 1", "leastScore must lie between 0 and 1", locator, "--least-score", "2");
        locator("a deviation of 0 in the locator", "a locator's std must be positive", locator, "--locator-std", "0");
        locator("a locator's two means", "--locator-mean has 2 numbers", locator, "--locator-mean", "1,2");
        locator(
                "a template of a point that no find has",
                "the locator's finds have 2 key points, the template names point 7",
                locator,
                "--template",
                "0=5:5,7=11:5");
        locator("a template of one point", "a template needs 2 points at least, had 1", locator, "--template", "0=5:5");
        locator(
                "a template of one place",
                "a template needs points at different places",
                locator,
                "--template",
                "0=5:5,1=5:5");
        locator("a template that is none", "a point is written POINT=X:Y", locator, "--template", "eye=5:5");
        locator("a template for a box", "a template is for the fit align", locator, "--fit", "stretch");
        refuse("alignment without a locator", "the fit align needs a locator", with("--fit", "align"));
        refuse(
                "alignment without a template",
                "the fit align needs to know where key points are laid: give --template",
                with(
                        "--fit",
                        "align",
                        "--locator",
                        locator.toString(),
                        "--locator-kind",
                        "boxes",
                        "--locator-input",
                        "8x8"));
        refuse("a locator without its kind", "--locator needs --locator-kind", with("--locator", locator.toString()));
        refuse("a locator's kind alone", "stand without one: give --locator", with("--locator-kind", "boxes"));
        refuse(
                "golden pictures that the locator would have to find",
                "golden pictures of a model with a locator are what the embedder sees",
                changed(arguments(model, proved()), located(locator)));
    }

    private void refuse(String name, String told, List<String> arguments) {
        all.add(ImportAttempt.refused(name, told, arguments));
    }

    private void golden(String name, String told, String... lines) throws IOException {
        Path file = Files.write(folder.resolve("golden-%d.jsonl".formatted(all.size())), List.of(lines));
        refuse(name, told, with("--golden", file.toString()));
    }

    private void npy(String name, String told, String type, String shape, int bytes) throws IOException {
        Path of = Files.createDirectories(folder.resolve("npy-" + all.size()));
        Files.copy(folder.resolve("g0.png"), of.resolve("a.png"));
        Files.write(of.resolve("a.npy"), npy(type, shape, bytes));
        refuse(name, told, with("--golden", of.toString()));
    }

    private void validation(String name, String told, Path images) {
        refuse(name, told, with("--validation", images.toString()));
    }

    private void locator(String name, String told, Path file, String... changes) {
        refuse(name, told, changed(changed(arguments(model, unproved()), located(file)), changes));
    }

    private static String[] located(Path file) {
        return new String[] {
            "--fit",
            "align",
            "--locator",
            file.toString(),
            "--locator-kind",
            "boxes",
            "--locator-input",
            "8x8",
            "--locator-mean",
            "127.5",
            "--locator-std",
            "127.5",
            "--template",
            "0=5:5,1=11:5"
        };
    }

    private static List<String> arguments(Path file, List<String> options) {
        List<String> arguments = new ArrayList<>(List.of(file.toString()));
        arguments.addAll(options);
        return arguments;
    }

    /** Returns the right import with some options changed, of which those that weren't there are added. */
    private List<String> with(String... changes) {
        return arguments(model, proved(changes));
    }

    private List<String> proved(String... changes) {
        return changed(changed(asked(), "--golden", golden.toString()), changes);
    }

    private List<String> unproved(String... changes) {
        return changed(changed(asked(), "--unproven", "made by hand"), changes);
    }

    private List<String> asked() {
        return List.of(
                "--name",
                "patches",
                "--model-version",
                "1",
                "--input",
                "16x16x3",
                "--order",
                "bgr",
                "--mean",
                "127.5",
                "--std",
                "128",
                "--fit",
                "letterbox",
                "--normalise",
                "none",
                "--validation",
                validation.toString(),
                "--out",
                folder.resolve("out-%d.zip".formatted(all.size())).toString());
    }

    private static List<String> changed(List<String> arguments, String... changes) {
        List<String> changed = new ArrayList<>(arguments);
        for (int i = 0; i < changes.length; i += 2) {
            int at = changed.indexOf(changes[i]);
            if (at < 0) {
                changed.addAll(List.of(changes[i], changes[i + 1]));
            } else {
                changed.set(at + 1, changes[i + 1]);
            }
        }
        return changed;
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private Path text(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private Path external(String name, Path weights, String location) throws IOException {
        return embedder().external("weights", weights, location).write(folder.resolve(name));
    }

    /** Returns a model that sees every pixel, so that little escapes its vectors. */
    private static Onnx embedder() {
        return new Onnx()
                .input("input", Onnx.FLOAT, 1, 3, SIDE, SIDE)
                .longs("shape", 1, -1)
                .node("Reshape", List.of("input", "shape"), "flat")
                .floats("weights", Onnx.random(SAMPLES * Onnx.LENGTH), SAMPLES, Onnx.LENGTH)
                .node("MatMul", List.of("flat", "weights"), "product")
                .node("Tanh", List.of("product"), "output")
                .output("output", Onnx.FLOAT, 1, Onnx.LENGTH);
    }

    /** Does what the owner does: means of 3 x 3 pixels in the middle rows, black above and below. */
    private static float[] prepared(BufferedImage picture) {
        int first = (SIDE - HEIGHT / SHRINK) / 2;
        float[] numbers = new float[SAMPLES];
        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    double sum = 0;
                    for (int i = 0; i < SHRINK * SHRINK && y >= first && y < SIDE - first; i++) {
                        int rgb = picture.getRGB(SHRINK * x + i % SHRINK, SHRINK * (y - first) + i / SHRINK);
                        sum += rgb >> 8 * channel & 255;
                    }
                    numbers[(channel * SIDE + y) * SIDE + x] = (float) ((sum / (SHRINK * SHRINK) - 127.5) / 128);
                }
            }
        }
        return numbers;
    }

    private static String line(String image, float... vector) {
        String numbers = IntStream.range(0, vector.length)
                .mapToObj(at -> Float.toString(vector[at]))
                .collect(Collectors.joining(", "));
        return "{\"image\": \"%s\", \"embedding\": [%s]}".formatted(image, numbers);
    }

    /** Returns a file as numpy.save writes it, with so many bytes of ones. */
    private static byte[] npy(String type, String shape, int bytes) {
        String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n".formatted(type, shape);
        ByteBuffer file = ByteBuffer.allocate(10 + header.length() + bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length());
        file.put(header.getBytes(StandardCharsets.US_ASCII));
        while (file.hasRemaining()) {
            file.put((byte) 1);
        }
        return file.array();
    }
}
