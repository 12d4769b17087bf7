package io.twinstream.trainer.foreign;

import ai.onnxruntime.OrtException;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.schemas.modelpackage.Preparation.Normalisation;
import io.twinstream.schemas.modelpackage.Preparation.Resampling;
import io.twinstream.trainer.foreign.ForeignInput.Layout;
import io.twinstream.verifier.inference.InferenceException;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the preparation with which golden vectors agree: every order of colours, layout, usual scale, fit, resampling and
 * normalisation together, those with the fewest changes first. A candidate is tried on the first picture, and on all of them only
 * where that one agrees.
 *
 * <p>Maintainers: one session of the bare graph serves all candidates of a layout, since order and scale are done here. Inputs that
 * come out the same, as all fits of a picture of the input's own size do, run once.
 */
final class PreparationSearch {
    private static final double LARGEST_SAMPLE = 255;

    private final ForeignModel model;
    private final ForeignEmbedder embedder;
    private final ForeignInput asked;
    private final List<GoldenPicture> golden;
    private final double tolerance;
    private final Map<List<Enum<?>>, float[]> firstFitted = new HashMap<>();

    PreparationSearch(
            ForeignModel model,
            ForeignEmbedder embedder,
            ForeignInput asked,
            List<GoldenPicture> golden,
            double tolerance) {
        this.model = model;
        this.embedder = embedder;
        this.asked = asked;
        this.golden = golden;
        this.tolerance = tolerance;
    }

    /** Returns the end of a refusal: the options with which all vectors agree, or the nearest ones. */
    String advice() throws ImportException {
        Map<Layout, @Nullable ForeignSession> sessions = new HashMap<>();
        try {
            return advice(sessions);
        } catch (OrtException e) {
            throw new ImportException("the golden pictures can't be tried: " + InferenceException.firstLine(e), e);
        } finally {
            sessions.values().forEach(PreparationSearch::close);
        }
    }

    private String advice(Map<Layout, @Nullable ForeignSession> sessions) throws OrtException {
        Candidate own = Candidate.of(asked);
        Candidate nearest = own;
        double nearestCosine = -2;
        Candidate best = null;
        GoldenProof bestProof = null;
        int tried = 0;
        Map<List<Object>, float[]> run = new HashMap<>();
        for (Candidate candidate : candidates()) {
            if (best != null && candidate.changes(own) > best.changes(own)) {
                break;
            }
            ForeignSession session = session(candidate.layout, sessions);
            if (session == null) {
                continue;
            }
            tried++;
            float[] input = input(candidate, 0);
            List<Object> key = List.of(candidate.layout, Arrays.hashCode(input));
            float[] embedding = run.get(key);
            if (embedding == null) {
                embedding = session.embed(List.of(input))[0];
                run.put(key, embedding);
            }
            double cosine = GoldenProof.cosine(embedding, golden.get(0).vector());
            if (cosine > nearestCosine) {
                nearestCosine = cosine;
                nearest = candidate;
            }
            if (cosine >= tolerance) {
                GoldenProof proof = proof(candidate, session);
                // Scales that hardly differ may all agree: of as many changes the best is told.
                if (proof.agrees(tolerance) && (bestProof == null || proof.leastCosine() > bestProof.leastCosine())) {
                    best = candidate;
                    bestProof = proof;
                }
            }
        }
        if (best != null && bestProof != null) {
            return "with %s all %d agree (least cosine %.5f)"
                    .formatted(best.options(asked), bestProof.vectors(), bestProof.leastCosine());
        }
        String near = nearest.options(asked);
        return "none of %d other preparations agrees, the nearest (cosine %.5f on %s) is %s: check that the vectors come from this very file, and from the pictures as they are"
                .formatted(
                        tried - 1, nearestCosine, golden.get(0).name(), near.isEmpty() ? "what was asked for" : near);
    }

    private GoldenProof proof(Candidate candidate, ForeignSession session) throws OrtException {
        float[][] embeddings = new float[golden.size()][];
        for (int i = 0; i < embeddings.length; i++) {
            embeddings[i] = session.embed(List.of(input(candidate, i)))[0].clone();
            if (candidate.normalisation == Normalisation.L2
                    && asked.preparation().embeddings() == Normalisation.NONE) {
                double length = GoldenProof.length(embeddings[i]);
                for (int j = 0; j < embeddings[i].length; j++) {
                    embeddings[i][j] /= (float) length;
                }
            }
        }
        // Where l2 was asked for, the vectors may have any length.
        return GoldenProof.compared(golden, embeddings, asked.preparation().embeddings() == Normalisation.NONE);
    }

    /** Returns the bare graph's session for a layout; null where the model's input has sides that rule it out. */
    private @Nullable ForeignSession session(Layout layout, Map<Layout, @Nullable ForeignSession> sessions) {
        if (!sessions.containsKey(layout)) {
            ForeignSession session = null;
            try {
                session = new ForeignSession(embedder.prepared(model, bare(layout)), asked.spec());
                session.embed(List.of(input(Candidate.of(asked), 0)));
            } catch (OrtException | ImportException e) {
                close(session);
                session = null;
            }
            sessions.put(layout, session);
        }
        return sessions.get(layout);
    }

    private static void close(@Nullable ForeignSession session) {
        try {
            if (session != null) {
                session.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException("a session can't be closed", e);
        }
    }

    /** Returns the input with which the graph takes numbers as the model does: no order, no scale, no normalisation. */
    private ForeignInput bare(Layout layout) {
        int channels = asked.spec().channels();
        return with(
                asked.spec(),
                new Preparation(
                        Fit.STRETCH,
                        0,
                        Resampling.AREA,
                        channels == 3 ? ColourOrder.RGB : ColourOrder.GRAY,
                        Collections.nCopies(channels, 0.0),
                        Collections.nCopies(channels, LARGEST_SAMPLE),
                        Normalisation.NONE),
                layout);
    }

    private ForeignInput with(InputSpec spec, Preparation preparation, Layout layout) {
        return new ForeignInput(
                new InputSpec(spec.width(), spec.height(), spec.channels(), false, preparation),
                layout,
                asked.output());
    }

    /** Returns the numbers of a golden picture as the model would take them, channels first. */
    private float[] input(Candidate candidate, int number) {
        Picture picture = golden.get(number).picture();
        InputSpec spec = asked.spec();
        float[] samples = number == 0
                ? firstFitted.computeIfAbsent(
                        List.of(candidate.fit, candidate.resampling), key -> fitted(candidate, picture))
                : fitted(candidate, picture);
        int side = spec.width() * spec.height();
        float[] input = new float[samples.length];
        for (int channel = 0; channel < spec.channels(); channel++) {
            int from = candidate.order == ColourOrder.BGR ? spec.channels() - 1 - channel : channel;
            double mean = candidate.scale.mean.get(channel);
            double std = candidate.scale.std.get(channel);
            for (int i = 0; i < side; i++) {
                input[channel * side + i] = (float) ((LARGEST_SAMPLE * samples[from * side + i] - mean) / std);
            }
        }
        return input;
    }

    /** Returns a picture's numbers as the verifier gives them to an embedder. */
    private float[] fitted(Candidate candidate, Picture picture) {
        InputSpec spec = asked.spec();
        float[] samples = new float[spec.length()];
        Preparation fitted = new Preparation(
                candidate.fit,
                asked.preparation().fill(),
                candidate.resampling,
                candidate.order,
                candidate.scale.mean,
                candidate.scale.std,
                Normalisation.NONE);
        new Preprocessor(new InputSpec(spec.width(), spec.height(), spec.channels(), false, fitted))
                .write(picture, FloatBuffer.wrap(samples));
        return samples;
    }

    /** Returns what was asked for, and all others by the number of their changes. */
    private List<Candidate> candidates() {
        Candidate own = Candidate.of(asked);
        List<ColourOrder> orders =
                own.order == ColourOrder.GRAY ? List.of(ColourOrder.GRAY) : List.of(ColourOrder.RGB, ColourOrder.BGR);
        List<Fit> fits = List.of(Fit.STRETCH, Fit.LETTERBOX, Fit.CROP);
        Set<Candidate> all = new LinkedHashSet<>();
        all.add(own);
        for (Layout layout : Layout.values()) {
            for (ColourOrder order : orders) {
                for (Scale scale : Scale.usual(own.scale)) {
                    for (Fit fit : own.fit == Fit.ALIGN ? List.of(Fit.ALIGN) : fits) {
                        for (Resampling resampling : Resampling.values()) {
                            for (Normalisation normalisation : Normalisation.values()) {
                                all.add(new Candidate(order, scale, layout, fit, resampling, normalisation));
                            }
                        }
                    }
                }
            }
        }
        return all.stream()
                .filter(each -> own.normalisation == Normalisation.NONE || each.normalisation == Normalisation.L2)
                .sorted(Comparator.comparingInt(each -> each.changes(own)))
                .toList();
    }

    /** A candidate is one preparation that is tried. */
    private record Candidate(
            ColourOrder order,
            Scale scale,
            Layout layout,
            Fit fit,
            Resampling resampling,
            Normalisation normalisation) {

        static Candidate of(ForeignInput input) {
            Preparation asked = input.preparation();
            return new Candidate(
                    asked.order(),
                    new Scale(asked.mean(), asked.std()),
                    input.layout(),
                    asked.fit(),
                    asked.resampling(),
                    asked.embeddings());
        }

        int changes(Candidate own) {
            return (order == own.order ? 0 : 1)
                    + (scale.equals(own.scale) ? 0 : 1)
                    + (layout == own.layout ? 0 : 1)
                    + (fit == own.fit ? 0 : 1)
                    + (resampling == own.resampling ? 0 : 1)
                    + (normalisation == own.normalisation ? 0 : 1);
        }

        /** Returns the options that differ from what was asked for. */
        String options(ForeignInput input) {
            Candidate own = of(input);
            List<String> options = new ArrayList<>();
            if (order != own.order) {
                options.add("--order " + order.word());
            }
            if (!scale.equals(own.scale)) {
                options.add("--mean %s --std %s".formatted(numbers(scale.mean), numbers(scale.std)));
            }
            if (layout != own.layout) {
                options.add("--layout " + word(layout));
            }
            if (fit != own.fit) {
                options.add("--fit " + word(fit));
            }
            if (resampling != own.resampling) {
                options.add("--resampling " + word(resampling));
            }
            if (normalisation != own.normalisation) {
                options.add("--normalise " + word(normalisation));
            }
            return String.join(" ", options);
        }

        private static String word(Enum<?> value) {
            return value.name().toLowerCase(Locale.ROOT);
        }

        private static String numbers(List<Double> values) {
            List<Double> shown = values.stream().distinct().count() == 1 ? values.subList(0, 1) : values;
            return shown.stream()
                    .map(each -> each == Math.rint(each) ? Long.toString(Math.round(each)) : Double.toString(each))
                    .collect(Collectors.joining(","));
        }
    }

    /** A scale says what is subtracted from samples and what they are divided by then, by channel. */
    private record Scale(List<Double> mean, List<Double> std) {
        private static final double[][] UNIFORM = {
            {0, 255}, {127.5, 127.5}, {127.5, 128}, {127, 128}, {128, 128}, {0, 1}, {127.5, 1}, {128, 1}
        };

        /** Means and deviations of red, green, blue that models in use were trained with. */
        private static final double[][][] COLOURS = {
            {{123.675, 116.28, 103.53}, {58.395, 57.12, 57.375}},
            {{123.68, 116.779, 103.939}, {1, 1, 1}},
            {{123, 117, 104}, {1, 1, 1}},
            {{131.0912, 103.8827, 91.4953}, {1, 1, 1}},
            {{122.771, 116.746, 104.094}, {68.501, 66.632, 70.323}}
        };

        private static final double[][] GRAYS = {{33.3184, 78.5675}, {72.94, 90.02}, {114.495, 57.63}};

        /** Returns the scale that was asked for, and those in use. */
        static Set<Scale> usual(Scale own) {
            int channels = own.mean.size();
            Set<Scale> scales = new LinkedHashSet<>();
            scales.add(own);
            scales.add(own.reversed());
            for (double[] each : UNIFORM) {
                scales.add(uniform(each, channels));
            }
            if (channels == 1) {
                for (double[] each : GRAYS) {
                    scales.add(uniform(each, 1));
                }
            } else {
                for (double[][] each : COLOURS) {
                    Scale scale = new Scale(list(each[0]), list(each[1]));
                    scales.add(scale);
                    scales.add(scale.reversed());
                }
            }
            return scales;
        }

        private static Scale uniform(double[] each, int channels) {
            return new Scale(Collections.nCopies(channels, each[0]), Collections.nCopies(channels, each[1]));
        }

        private static List<Double> list(double[] values) {
            return Arrays.stream(values).boxed().toList();
        }

        private Scale reversed() {
            List<Double> means = new ArrayList<>(mean);
            List<Double> stds = new ArrayList<>(std);
            Collections.reverse(means);
            Collections.reverse(stds);
            return new Scale(means, stds);
        }
    }
}
