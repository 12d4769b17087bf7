package io.twinstream.trainer.report;

import java.util.List;

/** A table of numbers that scrolls by itself where the screen is narrow. Cells are HTML. */
public final class Table {
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
