package io.twinstream.verifier.gallery;

import java.util.List;

/**
 * What a search found.
 *
 * @param matches best first, each subject once
 * @param gallerySize references in the gallery when the search began
 */
public record Search(List<Match> matches, int gallerySize) {

    /** What a search among the references of all would have found; no two have a subject in common. */
    public static Search merged(List<Search> parts, int most) {
        Ranking ranking = new Ranking(most);
        parts.forEach(part -> part.matches().forEach(ranking::offer));
        return new Search(
                ranking.best(), parts.stream().mapToInt(Search::gallerySize).sum());
    }
}
