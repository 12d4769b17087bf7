package io.twinstream.deploy.prometheus;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the names of metrics in a PromQL expression: the words that are left when all has gone where no name of a metric can
 * stand, that is strings, matchers, ranges, lists of labels and functions.
 */
public final class MetricNames {
    /** Patterns that are taken away in this order, as a string may hold a brace. */
    private static final Pattern[] NO_NAMES = {
        Pattern.compile("\"(\\\\.|[^\"\\\\])*\""),
        Pattern.compile("\\{[^}]*}"),
        Pattern.compile("\\[[^]]*]"),
        Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)")
    };

    private static final Pattern WORD = Pattern.compile("(?<![\\w:.])[A-Za-z_:][\\w:]*+(?!\\s*\\()");

    private static final Set<String> OPERATORS =
            Set.of("and", "or", "unless", "bool", "offset", "by", "without", "group_left", "group_right");

    private MetricNames() {}

    public static Set<String> in(String expression) {
        String rest = expression;
        for (Pattern each : NO_NAMES) {
            rest = each.matcher(rest).replaceAll(" ");
        }
        Set<String> names = new TreeSet<>();
        for (Matcher word = WORD.matcher(rest); word.find(); ) {
            if (!OPERATORS.contains(word.group())) {
                names.add(word.group());
            }
        }
        return names;
    }
}
