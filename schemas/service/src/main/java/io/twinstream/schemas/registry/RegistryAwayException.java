package io.twinstream.schemas.registry;

import org.apache.kafka.common.errors.RetriableException;

/** The schema registry doesn't answer, or says that it can't: what needed it may be tried again. */
public final class RegistryAwayException extends RetriableException {
    RegistryAwayException(String message) {
        super(message);
    }
}
