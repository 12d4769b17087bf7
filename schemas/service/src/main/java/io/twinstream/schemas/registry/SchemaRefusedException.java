package io.twinstream.schemas.registry;

import org.apache.kafka.common.errors.ApiException;

/** This exception is thrown where the schema registry refuses a schema, or the caller. */
public final class SchemaRefusedException extends ApiException {
    SchemaRefusedException(String message) {
        super(message);
    }
}
