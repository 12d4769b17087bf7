package io.twinstream.ingest.publish;

import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.ReferenceKey;

/** Checks the ids of requests by the rule for ids; an id that breaks it is the request's fault. */
public final class RequestIds {
    private RequestIds() {}

    /**
     * Returns the id in its composed form, or throws {@link InvalidRequestException} with the character that breaks the rule.
     */
    public static String check(String what, String id) {
        try {
            return Ids.require(what, id);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(String.valueOf(e.getMessage()));
        }
    }

    /** Returns the key of a reference from two ids that follow the rule. */
    public static ReferenceKey reference(String subjectId, String referenceId) {
        return new ReferenceKey(check("subject id", subjectId), check("reference id", referenceId));
    }

    /** Returns the key of a reference that is named after its image; the subject's id must follow the rule. */
    public static ReferenceKey referenceOf(String subjectId, byte[] image) {
        return ReferenceKey.ofImage(check("subject id", subjectId), image);
    }

    /**
     * Checks an id that is to be erased, and asks less of it: what was stored before there was a rule must not stay because of
     * the rule.
     */
    static String checkStored(String what, String id) {
        try {
            return Ids.requireStored(what, id);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(String.valueOf(e.getMessage()));
        }
    }
}
