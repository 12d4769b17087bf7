package io.twinstream.deploy.acceptance.faces;

import io.twinstream.deploy.acceptance.rig.PeopleRate;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import java.util.ArrayList;
import java.util.List;

/** Compares all pairs of some images by one model. */
public final class FaceComparison {
    private final List<float[]> embeddings = new ArrayList<>();
    private final List<Integer> classes = new ArrayList<>();
    private final MatchFunction match;
    private final int people;

    public FaceComparison(ModelPackage model, ImageSet images) {
        match = MatchFunction.of(model);
        people = images.classes().size();
        List<Picture> pictures = new ArrayList<>();
        List<Integer> of = new ArrayList<>();
        for (int number = 0; number < people; number++) {
            for (DecodedImage image : images.classes().get(number).images()) {
                pictures.add(image.picture());
                of.add(number);
            }
        }
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            float[][] all = embedder.embedAll(pictures);
            for (int i = 0; i < all.length; i++) {
                if (all[i].length > 0) {
                    embeddings.add(all[i]);
                    classes.add(of.get(i));
                }
            }
        }
    }

    /** Returns the share of pairs on which L1 and cosine agree, each at its threshold for a false match rate. */
    public double agreementWithCosine(double fmr) {
        List<double[]> pairs = new ArrayList<>();
        for (int i = 0; i < embeddings.size(); i++) {
            for (int j = i + 1; j < embeddings.size(); j++) {
                double cosine = 0;
                for (int d = 0; d < embeddings.get(i).length; d++) {
                    cosine += (double) embeddings.get(i)[d] * embeddings.get(j)[d];
                }
                pairs.add(new double[] {
                    match.logit(embeddings.get(i), embeddings.get(j)),
                    cosine,
                    classes.get(i).equals(classes.get(j)) ? 1 : 0
                });
            }
        }
        double byLogit = threshold(pairs, 0, fmr);
        double byCosine = threshold(pairs, 1, fmr);
        long agreed = pairs.stream()
                .filter(pair -> (pair[0] >= byLogit) == (pair[1] >= byCosine))
                .count();
        return (double) agreed / pairs.size();
    }

    private static double threshold(List<double[]> pairs, int measure, double fmr) {
        double[] impostors = pairs.stream()
                .filter(pair -> pair[2] == 0)
                .mapToDouble(pair -> pair[measure])
                .sorted()
                .toArray();
        return impostors[impostors.length - 1 - (int) (fmr * impostors.length)];
    }

    /** Returns the false match rate at a threshold. */
    public PeopleRate falseMatchRate(double threshold) {
        return rate(threshold, false);
    }

    /** Returns the false non-match rate at a threshold. */
    public PeopleRate falseNonMatchRate(double threshold) {
        return rate(threshold, true);
    }

    private PeopleRate rate(double threshold, boolean genuine) {
        PeopleRate rate = new PeopleRate(people);
        for (int i = 0; i < embeddings.size(); i++) {
            for (int j = i + 1; j < embeddings.size(); j++) {
                int one = classes.get(i);
                int other = classes.get(j);
                if ((one == other) == genuine) {
                    boolean matches = match.score(embeddings.get(i), embeddings.get(j)) >= threshold;
                    rate.add(one, other, matches != genuine);
                }
            }
        }
        return rate;
    }
}
