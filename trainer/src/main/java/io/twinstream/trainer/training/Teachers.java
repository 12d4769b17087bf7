package io.twinstream.trainer.training;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.preprocess.PictureWarp;
import io.twinstream.verifier.preprocess.Views;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Teachers are trained models that say how alike the pictures of a batch are, from which another network learns. They see the
 * very pictures that the network sees, each at its own size, through the verifier's code. They are for one thread at a time and
 * must be closed.
 */
public final class Teachers implements AutoCloseable {
    private final List<Teacher> each;
    private final int views;

    private Teachers(List<Teacher> each, int views) {
        this.each = List.copyOf(each);
        this.views = views;
    }

    /**
     * Opens models as teachers of a network.
     *
     * @param input what the network takes
     * @param views views of each picture, see {@link Views}; a logit is the mean over them
     * @throws IllegalArgumentException if a model takes other kinds of pictures than the network; one line
     */
    public static Teachers open(List<ModelPackage> models, InputSpec input, int views) {
        Views.requireCount(views);
        List<Teacher> opened = new ArrayList<>();
        try {
            for (ModelPackage model : models) {
                requireAlike(model, input);
                opened.add(new Teacher(model));
            }
            return new Teachers(opened, views);
        } catch (RuntimeException e) {
            opened.forEach(Teacher::close);
            throw e;
        }
    }

    private static void requireAlike(ModelPackage model, InputSpec input) {
        Manifest manifest = model.manifest();
        if (manifest.locator() != null) {
            throw new IllegalArgumentException(
                    "the teacher %s looks for something in its pictures, of which training knows nothing: take one without a locator"
                            .formatted(model.origin()));
        }
        if (manifest.input().channels() != input.channels() || manifest.input().inkIsOne() != input.inkIsOne()) {
            throw new IllegalArgumentException("the teacher %s is for %s, the network for %s: take one of the same kind"
                    .formatted(model.origin(), kind(manifest.input()), kind(input)));
        }
    }

    private static String kind(InputSpec input) {
        return "%s %s"
                .formatted(input.channels() == 1 ? "gray" : "coloured", input.inkIsOne() ? "drawings" : "photographs");
    }

    /** Returns whether there is a teacher at all. */
    public boolean any() {
        return !each.isEmpty();
    }

    /** Returns what tells these teachers from any others. */
    public String origins() {
        return "%s at %d views".formatted(each.stream().map(Teacher::origin).collect(Collectors.joining(", ")), views);
    }

    /** Returns the mean of all logits, {@code [n * n]}, of every picture against every other. */
    float[] logits(List<Picture> pictures) {
        int n = pictures.size();
        float[] sum = new float[n * n];
        for (Teacher teacher : each) {
            for (int view = 0; view < views; view++) {
                teacher.add(pictures, view, sum);
            }
        }
        int opinions = each.size() * views;
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= opinions;
        }
        return sum;
    }

    @Override
    public void close() {
        each.forEach(Teacher::close);
    }

    /** A teacher is one model. */
    private static final class Teacher {
        private final String origin;
        private final Embedder embedder;
        private final PictureWarp warp;
        private final MatchFunction match;
        private final EmbedBatch batch;

        Teacher(ModelPackage model) {
            origin = model.origin();
            match = MatchFunction.of(model);
            embedder = Embedder.open(model, ProviderChoice.CPU);
            warp = PictureWarp.of(embedder.input());
            batch = embedder.newBatch(Embedder.CONVENIENT_BATCH);
        }

        String origin() {
            return origin;
        }

        void add(List<Picture> pictures, int view, float[] sum) {
            List<float[]> folded = embed(pictures, view);
            int n = folded.size();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    float logit = match.foldedLogit(folded.get(i), folded.get(j));
                    sum[i * n + j] += logit;
                    sum[j * n + i] += logit;
                }
            }
        }

        private List<float[]> embed(List<Picture> pictures, int view) {
            List<float[]> embeddings = new ArrayList<>(pictures.size());
            for (Picture picture : pictures) {
                if (batch.free() == 0) {
                    embeddings.addAll(Arrays.asList(batch.run()));
                }
                batch.add(Views.of(picture, view, warp));
            }
            embeddings.addAll(Arrays.asList(batch.run()));
            return embeddings.stream().map(match::fold).toList();
        }

        void close() {
            embedder.close();
        }
    }
}
