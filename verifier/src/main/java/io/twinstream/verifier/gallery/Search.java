package io.twinstream.verifier.gallery;

import java.util.List;

/**
 * What a search found.
 *
 * @param matches best first, each subject once
 * @param gallerySize references in the gallery when the search began
 */
public record Search(List<Match> matches, int gallerySize) {}
