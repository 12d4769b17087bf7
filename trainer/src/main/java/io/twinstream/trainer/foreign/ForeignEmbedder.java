package io.twinstream.trainer.foreign;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.trainer.foreign.EmbedderRewrite.Vector;
import io.twinstream.verifier.inference.InferenceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A foreign embedder is a foreign graph as {@code embedder.onnx}. It was run in batches of 1, 2 and 5 pictures, and each row is
 * what the graph as it was exported gives for that picture alone.
 *
 * @param graph the bytes of {@code embedder.onnx}
 * @param output the value of the foreign model that is the embedding
 * @param form how the graph takes any batch
 */
record ForeignEmbedder(byte[] graph, Vector output, BatchForm form) {
    private static final int PICTURES = 5;
    private static final List<Integer> BATCHES = List.of(1, 2, PICTURES);

    /** Largest difference of a number, as a share of the largest one: sums in another order stay well below. */
    private static final float LARGEST_DIFFERENCE = 1e-3f;

    private static final Pattern NEWEST_OPSET =
            Pattern.compile("official support for domain ai.onnx is till opset (\\d+)");

    private static final Set<OnnxJavaType> FLOATS =
            Set.of(OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16, OnnxJavaType.BFLOAT16, OnnxJavaType.DOUBLE);

    /**
     * Rewrites a model and tries it.
     *
     * @throws ImportException if ONNX Runtime can't run it, no vector comes out, or it can't take any batch
     */
    static ForeignEmbedder of(ForeignModel model, ForeignInput asked) throws ImportException {
        EmbedderRewrite wanted = new EmbedderRewrite(model, asked);
        if (wanted.takesBytes() && asked.scales()) {
            throw new ImportException(
                    "%s takes whole numbers from 0 to 255, which nothing may be subtracted from or divided by: give --mean 0 --std 1"
                            .formatted(model.file()));
        }
        List<float[]> pictures = pictures(asked.spec());
        Vector output = output(model, asked, wanted, pictures);
        // A wrong scale may drive every graph to its limits: how it takes batches is found out without it.
        EmbedderRewrite tried = wanted.takesBytes() ? wanted : new EmbedderRewrite(model, asked.tame());
        float[][] expected = expected(model, asked, tried, output, pictures);
        if (!fault(expected).isEmpty()) {
            tried = wanted;
            expected = expected(model, asked, tried, output, pictures);
        }
        if (!isFinite(expected)) {
            throw new ImportException("%s %s".formatted(model.file(), fault(expected)));
        }
        for (BatchForm form : BatchForm.values()) {
            if (tried.allows(form) && agrees(tried.embedder(form, output), asked.spec(), pictures, expected)) {
                return new ForeignEmbedder(wanted.embedder(form, output), output, form);
            }
        }
        throw new ImportException(
                "the batch of %d that %s was exported with can't be freed: export it with a free batch"
                        .formatted(wanted.batch(), model.file()));
    }

    /**
     * Checks embeddings of real pictures: finite numbers that depend on the picture, and on no other one of its batch.
     *
     * @param together embeddings of one batch
     * @param alone embeddings of the same pictures, each in a batch of its own
     * @throws ImportException if they aren't sound
     */
    static void requireSound(ForeignModel model, float[][] together, float[][] alone) throws ImportException {
        String fault = fault(together);
        if (!fault.isEmpty()) {
            throw new ImportException("%s %s".formatted(model.file(), fault));
        }
        if (!agree(together, alone)) {
            throw new ImportException(
                    "%s gives a picture another vector beside others than alone: export it with a free batch, for inference"
                            .formatted(model.file()));
        }
    }

    /** Returns this embedder's graph for another preparation of the same model. */
    byte[] prepared(ForeignModel model, ForeignInput other) throws ImportException {
        return new EmbedderRewrite(model, other).embedder(form, output);
    }

    private static Vector output(
            ForeignModel model, ForeignInput asked, EmbedderRewrite rewrite, List<float[]> pictures)
            throws ImportException {
        String wanted = asked.output();
        boolean isOutput = wanted == null || rewrite.outputs().contains(wanted);
        if (!isOutput && wanted != null && !rewrite.computes(wanted)) {
            throw new ImportException("%s computes no '%s', its outputs are %s: name one of them by --output"
                    .formatted(model.file(), wanted, String.join(", ", rewrite.outputs())));
        }
        Map<String, @Nullable TensorInfo> infos;
        try (ForeignSession session = new ForeignSession(rewrite.probe(isOutput ? null : wanted), asked.spec())) {
            infos = session.outputs(cycled(pictures, 0, rewrite.batch()));
        } catch (OrtException e) {
            throw runsInOtherLayout(model, asked, pictures)
                    ? new ImportException("%s can't run on pictures laid out as %s, and can otherwise: give --layout %s"
                            .formatted(
                                    model.file(),
                                    asked.layout(),
                                    asked.layout().other().name().toLowerCase(Locale.ROOT)))
                    : refused(model, e);
        }
        Map<String, Vector> vectors = new LinkedHashMap<>();
        Map<String, String> shapes = new LinkedHashMap<>();
        List<String> names = wanted == null ? rewrite.outputs() : List.of(wanted);
        for (String name : names) {
            TensorInfo info = infos.get(rewrite.written(name));
            shapes.put(name, info == null ? "no tensor" : Arrays.toString(info.getShape()));
            int length = info == null ? 0 : length(info.getShape(), rewrite.batch());
            if (info != null && length > 1 && FLOATS.contains(info.type)) {
                vectors.put(name, new Vector(name, length, info.type == OnnxJavaType.FLOAT));
            }
        }
        if (vectors.size() == 1) {
            return vectors.values().iterator().next();
        }
        String listed = shapes.entrySet().stream()
                .filter(each -> vectors.isEmpty() || vectors.containsKey(each.getKey()))
                .limit(16)
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
        throw new ImportException(
                vectors.isEmpty()
                        ? "%s gives no vector of floats for each picture, but %s: %s"
                                .formatted(
                                        model.file(),
                                        listed,
                                        wanted == null
                                                ? "only embedders can be imported, or the value inside that --output names"
                                                : "name another value by --output")
                        : "%s gives several vectors, %s: name the embedding by --output"
                                .formatted(model.file(), listed));
    }

    /** A model whose input has free sides doesn't say in which order they come. */
    private static boolean runsInOtherLayout(ForeignModel model, ForeignInput asked, List<float[]> pictures) {
        try {
            EmbedderRewrite rewrite = new EmbedderRewrite(
                    model, new ForeignInput(asked.spec(), asked.layout().other(), asked.output()));
            try (ForeignSession session = new ForeignSession(rewrite.probe(null), asked.spec())) {
                session.outputs(cycled(pictures, 0, rewrite.batch()));
                return true;
            }
        } catch (OrtException | ImportException e) {
            return false;
        }
    }

    /** Returns how many numbers each picture has in an output of this shape; 0 where it isn't a vector. */
    private static int length(long[] shape, long batch) {
        long numbers = LongStream.of(shape).reduce(1, (product, side) -> product * side);
        if (batch == 1 && shape.length == 1) {
            return (int) numbers;
        }
        long longest = LongStream.of(shape).skip(1).max().orElse(0);
        return shape.length > 1 && shape[0] == batch && numbers == batch * longest ? (int) longest : 0;
    }

    private static float[][] expected(
            ForeignModel model, ForeignInput asked, EmbedderRewrite rewrite, Vector output, List<float[]> pictures)
            throws ImportException {
        int batch = (int) rewrite.batch();
        float[][] expected = new float[pictures.size()][];
        try (ForeignSession session = new ForeignSession(rewrite.asExported(output), asked.spec())) {
            for (int first = 0; first < pictures.size(); first += batch) {
                float[][] rows = session.embed(cycled(pictures, first, batch));
                int count = Math.min(batch, pictures.size() - first);
                System.arraycopy(rows, 0, expected, first, count);
            }
            int together = Math.min(batch, pictures.size());
            float[][] again = Arrays.copyOf(session.embed(cycled(pictures, 0, batch)), together);
            // Numbers that aren't finite have another cause.
            if (isFinite(expected) && !agree(again, Arrays.copyOf(expected, together))) {
                throw new ImportException(
                        "%s gives the same picture another vector each time: export it for inference, without noise or dropout"
                                .formatted(model.file()));
            }
        } catch (OrtException e) {
            throw refused(model, e);
        }
        return expected;
    }

    /** Returns so many pictures from the first on, and again from the start where there are no more. */
    private static List<float[]> cycled(List<float[]> pictures, int first, long count) {
        List<float[]> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(pictures.get((first + i) % pictures.size()));
        }
        return some;
    }

    /** Returns what is wrong with embeddings of different pictures; empty where nothing is. */
    private static String fault(float[][] embeddings) {
        if (!isFinite(embeddings)) {
            return "gives numbers that aren't finite for common pictures: check --mean and --std";
        }
        float least = LARGEST_DIFFERENCE * LARGEST_DIFFERENCE * largest(embeddings[0]);
        for (float[] embedding : embeddings) {
            if (difference(embeddings[0], embedding) > least) {
                return "";
            }
        }
        return "gives the same vector for different pictures: check --output, --mean and --std";
    }

    private static boolean isFinite(float[][] embeddings) {
        for (float[] embedding : embeddings) {
            for (float number : embedding) {
                if (!Float.isFinite(number)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean agrees(byte[] graph, InputSpec spec, List<float[]> pictures, float[][] expected) {
        try (ForeignSession session = new ForeignSession(graph, spec)) {
            for (int batch : BATCHES) {
                float[][] rows = session.embed(pictures.subList(0, batch));
                if (!agree(rows, Arrays.copyOf(expected, batch))) {
                    return false;
                }
            }
            return true;
        } catch (OrtException e) {
            return false;
        }
    }

    private static boolean agree(float[][] rows, float[][] expected) {
        if (rows.length != expected.length) {
            return false;
        }
        for (int row = 0; row < rows.length; row++) {
            if (!(difference(rows[row], expected[row]) <= LARGEST_DIFFERENCE * largest(expected[row]))) {
                return false;
            }
        }
        return true;
    }

    private static float largest(float[] row) {
        float largest = 0;
        for (float number : row) {
            largest = Math.max(largest, Math.abs(number));
        }
        return largest;
    }

    private static float difference(float[] first, float[] second) {
        float difference = 0;
        for (int i = 0; i < first.length; i++) {
            difference = Math.max(difference, Math.abs(first[i] - second[i]));
        }
        return difference;
    }

    private static ImportException refused(ForeignModel model, OrtException e) {
        Matcher newest = NEWEST_OPSET.matcher(InferenceException.firstLine(e));
        if (newest.find()) {
            return new ImportException(
                    "%s is of opset %d, and ONNX Runtime takes %s or below: export it again, for opset 17"
                            .formatted(model.file(), model.opset(), newest.group(1)),
                    e);
        }
        return new ImportException(
                "ONNX Runtime can't run %s: %s: export it again, for opset 17"
                        .formatted(model.file(), InferenceException.firstLine(e).replaceFirst("[.:\\s]+$", "")),
                e);
    }

    /** Makes pictures of slopes and noise, no two alike; the same ones for every model. */
    private static List<float[]> pictures(InputSpec spec) {
        List<float[]> pictures = new ArrayList<>();
        for (int number = 0; number < PICTURES; number++) {
            SplittableRandom random = new SplittableRandom(number);
            double across = random.nextDouble(-1, 1) / spec.width();
            double down = random.nextDouble(-1, 1) / spec.height();
            float[] samples = new float[spec.length()];
            for (int i = 0; i < samples.length; i++) {
                int x = i % spec.width() - spec.width() / 2;
                int y = i / spec.width() % spec.height() - spec.height() / 2;
                double value = 0.5 + 0.6 * (across * x + down * y) + random.nextDouble(-0.2, 0.2);
                samples[i] = (float) Math.min(1, Math.max(0, value));
            }
            pictures.add(samples);
        }
        return pictures;
    }
}
