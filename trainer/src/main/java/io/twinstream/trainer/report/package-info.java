/**
 * Writes an evaluation for people and for programs.
 *
 * <pre>
 *   Evaluation -&gt; EvaluationFields: nested maps, one JSON object
 *   Evaluation -&gt; HtmlReport (summary, DetPlot, HistogramPlot, RunPlot, ReportTables, Mistakes, settings) -&gt; one HTML file
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.report;

import org.jspecify.annotations.NullMarked;
