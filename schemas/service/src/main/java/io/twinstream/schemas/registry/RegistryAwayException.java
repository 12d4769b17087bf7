package io.twinstream.schemas.registry;

import org.apache.kafka.common.errors.RetriableException;

/** This exception is thrown where the schema registry doesn't answer, or says that it can't; trying again may help. */
public final class RegistryAwayException extends RetriableException {
    RegistryAwayException(String message) {
        super(message);
    }
}
