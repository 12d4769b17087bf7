package io.twinstream.trainer.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Text on its way into a page: whatever may come from a file's or a model's name is escaped. */
final class Html {
    private Html() {}

    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** A rate of 0 to 1 in percent, or a dash where there is none. */
    static String percent(@Nullable Double rate) {
        return rate == null ? "&ndash;" : format("%.2f&nbsp;%%", 100 * rate);
    }

    /** A number of few digits as people write it: 10, 0.5, 0. */
    static String plain(double number) {
        BigDecimal rounded =
                BigDecimal.valueOf(number).setScale(6, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return rounded.toPlainString();
    }

    /** Numbers as the page's other numbers are written, wherever it is made. */
    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
