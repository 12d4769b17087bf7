package io.twinstream.trainer.network;

import java.io.IOException;

/** Says in one line why a network can't learn on the device that was asked for, and what to do. */
public final class DeviceMissingException extends IOException {
    DeviceMissingException(String line) {
        super(line);
    }
}
