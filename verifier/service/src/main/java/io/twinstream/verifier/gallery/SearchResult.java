package io.twinstream.verifier.gallery;

import java.util.List;

/**
 * A search result is what a search of a gallery found.
 *
 * @param matches the matches, best first, each subject once
 * @param gallerySize the number of references in the gallery when the search began
 */
public record SearchResult(List<Match> matches, int gallerySize) {

    /**
     * Returns the best of what several searches of one gallery found, each subject once.
     *
     * @param results at least one
     */
    public static SearchResult best(List<SearchResult> results, int most) {
        if (results.size() == 1) {
            return results.get(0);
        }
        Ranking ranking = new Ranking(most);
        results.forEach(result -> result.matches().forEach(ranking::offer));
        return new SearchResult(ranking.best(), results.get(0).gallerySize());
    }

    /**
     * Returns what a search among the references of all parts would have found. No two parts have a subject in common.
     */
    public static SearchResult merged(List<SearchResult> parts, int most) {
        Ranking ranking = new Ranking(most);
        parts.forEach(part -> part.matches().forEach(ranking::offer));
        return new SearchResult(
                ranking.best(),
                parts.stream().mapToInt(SearchResult::gallerySize).sum());
    }
}
