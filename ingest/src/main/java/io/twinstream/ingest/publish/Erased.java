package io.twinstream.ingest.publish;

import java.util.Optional;

/**
 * What became of an erasure whose tombstones every in-sync replica has.
 *
 * @param images how many were erased
 * @param heldBack one line on the open transaction that keeps readers from the tombstones: galleries hold the images until it ends
 */
public record Erased(int images, Optional<String> heldBack) {}
