package io.twinstream.ingest.feedback;

/** Why feedback gives no labelled image. */
public enum FeedbackFault {
    /** There is no such verdict among those looked at, or the probe that it judged is gone. */
    NOT_FOUND,
    /** The verdict names nobody that could be confirmed. */
    NOBODY_NAMED,
    /** The probe's image is over the limits that ingest has now. */
    IMAGE_REFUSED
}
