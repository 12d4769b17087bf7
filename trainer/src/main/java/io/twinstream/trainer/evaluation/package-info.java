/**
 * How well a model package tells subjects apart, measured with the verifier's own decoder, preprocessor, inference and
 * match function, in the terms of ISO/IEC 19795-1.
 *
 * <pre>
 *   ImageSet -&gt; EmbeddedImages -&gt; PairScores (all pairs) -&gt; ErrorRates -&gt; PairEvaluation: FMR table, EER, histograms
 *   OneShotRun  -&gt; OneShotEvaluation: accuracy
 * </pre>
 */
@NullMarked
package io.twinstream.trainer.evaluation;

import org.jspecify.annotations.NullMarked;
