package io.twinstream.trainer.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes a page and the text in it; whatever may come from a file's or a model's name is escaped. */
public final class Html {
    public static final String END = "</main></body></html>\n";

    private static final String STYLE = "report.css";

    private Html() {}

    /** Returns a page up to its heading, style included; what follows must end with {@link #END}. */
    public static String begin(String title) {
        String escaped = escape(title);
        return """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s</title>
                <style>%s</style></head>
                <body><main><h1>%s</h1>
                """.formatted(escaped, style(), escaped);
    }

    public static String escape(String text) {
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

    /** Returns a rate of 0 to 1 in percent, or a dash where there is none. */
    static String percent(@Nullable Double rate) {
        return rate == null ? "&ndash;" : format("%.2f&nbsp;%%", 100 * rate);
    }

    /** Returns a number of few digits as people write it: 10, 0.5, 0. */
    public static String plain(double number) {
        BigDecimal rounded =
                BigDecimal.valueOf(number).setScale(6, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return rounded.toPlainString();
    }

    /** Formats numbers as all pages write them, whatever the machine's language is. */
    public static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String style() {
        try (InputStream css = Html.class.getResourceAsStream(STYLE)) {
            return new String(Objects.requireNonNull(css, STYLE).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A table shows numbers and scrolls by itself where the screen is narrow. Its cells are HTML. */
    public static final class Table {
        private final StringBuilder html = new StringBuilder("<div class=\"scroll\"><table><thead><tr>");

        public Table(List<String> heads) {
            heads.forEach(head -> html.append("<th scope=\"col\">").append(head).append("</th>"));
            html.append("</tr></thead><tbody>");
        }

        public void row(List<String> cells) {
            html.append("<tr>");
            for (int i = 0; i < cells.size(); i++) {
                html.append(i == 0 ? "<th scope=\"row\">" : "<td>")
                        .append(cells.get(i))
                        .append(i == 0 ? "</th>" : "</td>");
            }
            html.append("</tr>");
        }

        public String html() {
            return html + "</tbody></table></div>";
        }
    }
}
