package io.twinstream.trainer.service;

import io.twinstream.trainer.run.RunListener;

/** Shows one run to whoever sits before the service. Told everything on the thread that trains. */
public interface RunScreen extends RunListener, AutoCloseable {
    /** The run is over, for now at least. */
    @Override
    void close();

    /** Opens a screen for each run. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens one.
         *
         * @param title what is trained, in a few words
         */
        RunScreen open(String title, int steps);
    }
}
