package io.twinstream.ingest.cli;

/** Takes images one after another. */
@FunctionalInterface
public interface ImageVisitor {
    /** Returns false to see no more. The image can be read until this returns. */
    boolean visit(NamedImage image) throws InterruptedException;
}
