package io.twinstream.schemas.settings;

import java.util.Collection;
import java.util.Comparator;

/** Makes the message for a key that nobody declared; it names the nearest declared one where the key looks like a slip. */
final class UnknownKey {
    private static final int SLIP = 3;

    private UnknownKey() {}

    static String message(String key, Collection<String> declared) {
        return declared.stream()
                .min(Comparator.comparingInt(name -> distance(key, name)))
                .filter(name -> distance(key, name) <= SLIP)
                .map(name -> "unknown setting %s: did you mean %s?".formatted(key, name))
                .orElse("unknown setting %s: 'twinstream settings' lists them all".formatted(key));
    }

    /** Returns Levenshtein's edit distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
