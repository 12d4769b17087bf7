package io.twinstream.trainer.network;

import ai.djl.nn.AbstractBlock;

/** A part of a twin network that takes one array and gives one. */
abstract class Layer extends AbstractBlock {
    /** Says what the layer computes when it doesn't learn. */
    abstract void describe(LayerSink sink);
}
