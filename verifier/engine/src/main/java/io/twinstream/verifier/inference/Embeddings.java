package io.twinstream.verifier.inference;

import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.verifier.locate.Region;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Embeddings are the results of a batch whose runs were bounded. Each picture has an embedding, or shows nothing that was
 * looked for, or made a model stand still twice, or has not been run yet. A picture in which all regions were wanted has an
 * embedding for each.
 */
public final class Embeddings {
    /** Of two things in a picture, the second is like the first where its box has at least this share of the area. */
    private static final double LIKE = 0.5;

    /**
     * What became of one picture.
     *
     * @param regions what was found in the picture, or came with it, the largest first; empty where whole pictures are
     *     matched
     * @param vectors an embedding for each of the largest regions, or of the whole picture; null if it was not run
     * @param causes why the model can't judge what was embedded; null for each that it can
     */
    record OfPicture(
            List<Region> regions,
            @Nullable List<float[]> vectors,
            List<@Nullable UndecidedCause> causes,
            boolean stuck) {
        static final OfPicture STUCK = new OfPicture(List.of(), null, List.of(), true);
        static final OfPicture LATE = new OfPicture(List.of(), null, List.of(), false);

        boolean isEmpty() {
            return vectors != null && vectors.isEmpty();
        }
    }

    private final List<OfPicture> pictures;

    Embeddings(List<OfPicture> pictures) {
        this.pictures = List.copyOf(pictures);
    }

    /** Joins the results of batches that were run one after the other. */
    static Embeddings of(List<Embeddings> parts) {
        List<OfPicture> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.pictures));
        return new Embeddings(all);
    }

    public int size() {
        return pictures.size();
    }

    /** Returns the embedding of the picture or of its largest region, or null if it has none. */
    public float @Nullable [] get(int image) {
        List<float[]> vectors = pictures.get(image).vectors();
        return vectors == null || vectors.isEmpty() ? null : vectors.get(0);
    }

    /** Returns the embeddings of the picture's regions, the largest first, or none if it has none. */
    public List<float[]> all(int image) {
        List<float[]> vectors = pictures.get(image).vectors();
        return vectors == null ? List.of() : List.copyOf(vectors);
    }

    /**
     * Returns what was found in the picture, or came with it, the largest first. As many as there are embeddings have one;
     * it is empty where the whole picture was embedded, and where nothing was found.
     */
    public List<Region> regions(int image) {
        return pictures.get(image).regions();
    }

    /** Returns whether two things of like size were found, so that nobody can say which one is meant. */
    public boolean isAmbiguous(int image) {
        List<Region> regions = regions(image);
        return regions.size() > 1
                && regions.get(1).area() >= LIKE * regions.get(0).area();
    }

    /** Returns whether a model stood still on the picture, both in a batch and alone. */
    public boolean isStuck(int image) {
        return pictures.get(image).stuck();
    }

    /**
     * Returns why the model can't judge a picture that was run, or any of its regions that were embedded; null if it can.
     * OUT_OF_DOMAIN goes before BLANK here, since a region out of the domain may be judged. Only a picture in which nothing
     * was found has a cause and no embedding. The settings of the verifier play no part in it.
     */
    public @Nullable UndecidedCause cause(int image) {
        UndecidedCause cause = causeOf(image, 0);
        int regions = pictures.get(image).causes().size();
        for (int region = 1; cause != null && region < regions; region++) {
            UndecidedCause other = causeOf(image, region);
            cause = other == null || cause == UndecidedCause.BLANK ? other : cause;
        }
        return cause;
    }

    /** Returns why the model can't judge one of the regions that have an embedding, or null if it can. */
    public @Nullable UndecidedCause causeOf(int image, int region) {
        OfPicture picture = pictures.get(image);
        if (picture.isEmpty()) {
            return UndecidedCause.NOTHING_FOUND;
        }
        return picture.vectors() == null ? null : picture.causes().get(region);
    }

    /**
     * Returns why images that are judged together can't be judged, or null if they can. NOTHING_FOUND goes first, since there
     * is nothing to judge. BLANK goes before OUT_OF_DOMAIN, since a blank picture is never judged and one out of the domain
     * may be.
     */
    public @Nullable UndecidedCause cause(int from, int to) {
        UndecidedCause cause = null;
        for (int image = from; image < to; image++) {
            UndecidedCause own = cause(image);
            if (own == UndecidedCause.NOTHING_FOUND) {
                return own;
            }
            cause = cause == UndecidedCause.BLANK || own == null ? cause : own;
        }
        return cause;
    }

    /** Returns how many embeddings there are. */
    public int count() {
        int count = 0;
        for (OfPicture picture : pictures) {
            count += picture.vectors() == null ? 0 : picture.vectors().size();
        }
        return count;
    }

    /** Returns whether every picture was run to its end. */
    boolean isWhole() {
        return pictures.stream().noneMatch(picture -> picture.vectors() == null);
    }
}
