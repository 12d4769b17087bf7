package io.twinstream.verifier.match;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Coded tiles hold embeddings for searches, each as codes of seven bits and as numbers, which may be kept outside of the heap. A
 * search compares codes first, and numbers only where the codes leave it open whether a reference counts. Few embeddings are all
 * compared as numbers. Either way it finds what comparing all numbers finds, bit for bit. Slots are dense, 0 to size - 1. Many
 * threads may read, but none while another one writes.
 */
public final class CodedTiles {
    private static final int TILE = CodeKernel.TILE;

    /**
     * So many embeddings are searched by codes, fewer as numbers. Where a probe is of nobody in a small gallery, codes leave most
     * of it open, and to compare numbers one by one takes seven times as long as side by side.
     */
    private static final int MANY = TILE;

    private final MatchFunction function;
    private final Supplier<CodeKernel> kernel;
    /** Runs when there are so many embeddings that it matters how fast a search is. */
    private final Runnable grown;

    private final List<CodedTile> tiles = new ArrayList<>();

    /** Holds all embeddings once more while they are few; null from then on. */
    private @Nullable NumberColumns few;

    private int size;

    public CodedTiles(MatchFunction function) {
        this(function, FastestKernel::get, FastestKernel::seek);
    }

    CodedTiles(MatchFunction function, Supplier<CodeKernel> kernel) {
        this(function, kernel, () -> {});
    }

    private CodedTiles(MatchFunction function, Supplier<CodeKernel> kernel, Runnable grown) {
        this.function = function;
        this.kernel = kernel;
        this.grown = grown;
        this.few = new NumberColumns(function);
    }

    /** Returns how many slots there are. */
    public int size() {
        return size;
    }

    /** Returns the number of tiles in use. */
    public int tiles() {
        return tiles.size();
    }

    /** Appends an embedding, {@code [length]}, and returns the slot. */
    public int add(float[] embedding) {
        return addFolded(function.fold(embedding), KeptNumbers.NOTHING, 0);
    }

    /**
     * Appends a folded embedding, and returns the slot.
     *
     * @param folded is handed over
     * @param kept keeps the same numbers for as long as the slot has them
     * @param place where they are kept, if that holds it
     */
    public int addFolded(float[] folded, KeptNumbers kept, int place) {
        if (size == tiles.size() * TILE) {
            tiles.add(new CodedTile(function, latestCoding()));
        }
        if (few != null && size == MANY) {
            few.clear();
            few = null;
            grown.run();
        }
        setFolded(size, folded, kept, place);
        return size++;
    }

    private @Nullable Coding latestCoding() {
        return tiles.isEmpty() ? null : tiles.get(tiles.size() - 1).coding();
    }

    /** Replaces an embedding by another, {@code [length]}. */
    public void set(int slot, float[] embedding) {
        setFolded(slot, function.fold(embedding), KeptNumbers.NOTHING, 0);
    }

    /** Replaces an embedding by another, as {@link #addFolded} appends it. */
    public void setFolded(int slot, float[] folded, KeptNumbers kept, int place) {
        if (few != null) {
            few.set(slot, folded);
        }
        tiles.get(slot / TILE).put(slot % TILE, folded, kept, place);
    }

    /**
     * Overwrites a slot with zeros, so that an erased embedding doesn't stay in memory. No search finds the slot until it is set
     * again.
     */
    public void wipe(int slot) {
        if (few != null) {
            few.wipe(slot);
        }
        tiles.get(slot / TILE).wipe(slot % TILE);
    }

    /** Returns the logit of a folded probe against one slot. */
    public float logit(float[] probe, int slot) {
        return function.foldedLogit(probe, tiles.get(slot / TILE).numbers(slot % TILE));
    }

    /** Returns a search for folded probes. */
    public CodeSearch search(float[][] probes) {
        return new CodeSearch(function, kernel.get(), tiles, probes);
    }

    /**
     * Lets a search go on in one of the tiles. What {@link CodeSearch#finish} offers later is of the tile too, as it is then.
     */
    public void search(CodeSearch search, int tile, CodeSearch.Found found) {
        if (few != null) {
            search.compareFew(few, tiles.get(tile), size, found);
        } else {
            search.search(tiles.get(tile), tile * TILE, Math.min(TILE, size - tile * TILE), found);
        }
    }
}
