package io.twinstream.ingest.publish;

import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.ReferenceKey;

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

    /** The reference of two ids, each by the rule. */
    public static ReferenceKey reference(String subjectId, String referenceId) {
        return new ReferenceKey(check("subject id", subjectId), check("reference id", referenceId));
    }

    /** The reference that is named after its image, with the subject's id by the rule. */
    public static ReferenceKey referenceOf(String subjectId, byte[] image) {
        return ReferenceKey.ofImage(check("subject id", subjectId), image);
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
