package io.twinstream.trainer.run;

/** The parts of a training run, in their order. */
public enum RunPhase {
    /** All images are read and decoded. */
    READ,
    /** The network learns; progress is reported. */
    TRAIN,
    /** The export is checked against the network and measured on the validation images. */
    MEASURE
}
