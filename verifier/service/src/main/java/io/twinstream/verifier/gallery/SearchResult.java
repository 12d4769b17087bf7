package io.twinstream.verifier.gallery;

import java.util.List;

/**
 * What a search found.
 *
 * @param matches best first, each subject once
 * @param gallerySize references in the gallery when the search began
 */
public record SearchResult(List<Match> matches, int gallerySize) {

    /** What a search among the references of all would have found; no two have a subject in common. */
    public static SearchResult merged(List<SearchResult> parts, int most) {
        Ranking ranking = new Ranking(most);
        parts.forEach(part -> part.matches().forEach(ranking::offer));
        return new SearchResult(
                ranking.best(),
                parts.stream().mapToInt(SearchResult::gallerySize).sum());
    }
}
