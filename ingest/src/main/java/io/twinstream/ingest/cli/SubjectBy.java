package io.twinstream.ingest.cli;

/** What an image's subject is named after. */
public enum SubjectBy {
    /** The folder that holds it. */
    FOLDER,
    /** The file, without its ending. */
    FILE,
    /** The topmost folder below what was named. */
    TOP
}
