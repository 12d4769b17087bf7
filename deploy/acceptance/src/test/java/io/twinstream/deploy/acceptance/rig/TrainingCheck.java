package io.twinstream.deploy.acceptance.rig;

/** Tries a promise that takes a training to try. */
public interface TrainingCheck {
    /**
     * Runs the check.
     *
     * @param quick tries only that everything works: the bar isn't looked at
     */
    Result run(Omniglot images, boolean quick) throws Exception;
}
