package io.twinstream.ingest.publish;

import io.twinstream.schemas.topic.Ids;

/** The ids of requests, by the rule for ids; what breaks it is the request's fault. */
public final class RequestIds {
    private RequestIds() {}

    /** Returns the id in its one form, or throws {@link InvalidRequestException} with the character that breaks the rule. */
    public static String check(String what, String id) {
        try {
            return Ids.require(what, id);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(String.valueOf(e.getMessage()));
        }
    }

    /** Checks an id that is to be erased, by less: what was stored before there was the rule must not stay because of it. */
    static String checkStored(String what, String id) {
        try {
            return Ids.requireStored(what, id);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(String.valueOf(e.getMessage()));
        }
    }
}
