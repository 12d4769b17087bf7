package io.twinstream.verifier.replay;

import java.util.HashMap;
import java.util.Map;

/** Equal texts as one object, for as long as the pool lives. For one thread. */
final class TextPool {
    private final Map<String, String> texts = new HashMap<>();

    String one(String text) {
        String known = texts.putIfAbsent(text, text);
        return known == null ? text : known;
    }
}
